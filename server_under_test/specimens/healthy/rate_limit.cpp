#include <thread>

#include "server_under_test/specimens/fault.hpp"

namespace bftp::server::specimens {
namespace {

/// Sends no faster than it may: each piece waits for its time.
class PacedSource final : public SourceDecorator {
 public:
  PacedSource(std::unique_ptr<Source> inner, double bytes_per_s)
      : SourceDecorator(std::move(inner)), bytes_per_s_(bytes_per_s) {}
  std::size_t read(std::span<std::byte> into) override {
    const auto due = start_ + std::chrono::duration<double>(static_cast<double>(at() + last_) / bytes_per_s_);
    std::this_thread::sleep_until(due);
    last_ = SourceDecorator::read(into);
    return last_;
  }

 private:
  double bytes_per_s_;
  std::chrono::time_point<std::chrono::steady_clock, std::chrono::duration<double>> start_ =
      std::chrono::steady_clock::now();
  std::uint64_t last_ = 0;
};

/// A steady limit for each connection.
class RateLimit final : public Fault {
 public:
  using Fault::Fault;

 protected:
  void before(Answer& answer, const protocol::Request&, Session&) override {
    if (answer.body)
      answer.body =
          std::make_unique<PacedSource>(std::move(answer.body), settings.number("mib_per_s") * (1 << 20));
  }
};

const Registered registered_rate_limit({"rate_limit",
                                        "healthy",
                                        "sends each stream at a steady rate",
                                        {{"mib_per_s", 100, 0.01, 1e6, "MiB/s"}},
                                        make_service<RateLimit>});

}  // namespace
}  // namespace bftp::server::specimens
