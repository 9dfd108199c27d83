#include "server_under_test/specimens/fault.hpp"

namespace bftp::server::specimens {
namespace {

/// Each piece costs more than the one before.
class SuperlinearSource final : public SourceDecorator {
 public:
  SuperlinearSource(std::unique_ptr<Source> inner, double us_per_mib)
      : SourceDecorator(std::move(inner)), us_per_mib_(us_per_mib) {}
  std::size_t read(std::span<std::byte> into) override {
    const auto got = SourceDecorator::read(into);
    constexpr double mib = 1 << 20;
    const auto piece_mib = static_cast<double>(got) / mib, offset_mib = static_cast<double>(at()) / mib;
    pause(std::chrono::duration<double, std::micro>(us_per_mib_ * piece_mib * offset_mib));
    return got;
  }

 private:
  double us_per_mib_;
};

/// Seeks from the start of the file for each piece.
class Superlinear final : public Fault {
 public:
  using Fault::Fault;

 protected:
  void before(Answer& answer, const protocol::Request&, Session&) override {
    if (answer.body)
      answer.body = std::make_unique<SuperlinearSource>(std::move(answer.body), settings.number("us"));
  }
};

const Registered registered_superlinear(
    {"superlinear",
     "uniformity",
     "a GET takes time with the square of its size: us for each MiB at each MiB of offset",
     {{"us", 1000, 0, 1e9, "us"}},
     make_service<Superlinear>});

}  // namespace
}  // namespace bftp::server::specimens
