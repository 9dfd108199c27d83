#include <algorithm>

#include "server_under_test/specimens/fault.hpp"

namespace bftp::server::specimens {
namespace {

/// A piece, then a pause.
class TrickleSource final : public SourceDecorator {
 public:
  TrickleSource(std::unique_ptr<Source> inner, double bytes_per_s)
      : SourceDecorator(std::move(inner)), bytes_per_s_(bytes_per_s) {}
  std::size_t read(std::span<std::byte> into) override {
    constexpr std::size_t piece_bytes = 16'384;
    const auto got = SourceDecorator::read(into.first(std::min(piece_bytes, into.size())));
    pause(std::chrono::duration<double>(static_cast<double>(got) / bytes_per_s_));
    return got;
  }

 private:
  double bytes_per_s_;
};

/// Slower than any network of today.
class Trickle final : public Fault {
 public:
  using Fault::Fault;

 protected:
  void before(Answer& answer, const protocol::Request&, Session&) override {
    if (answer.body)
      answer.body =
          std::make_unique<TrickleSource>(std::move(answer.body), settings.number("kib_per_s") * 1024);
  }
};

const Registered registered_trickle({"trickle",
                                     "uniformity",
                                     "sends every GET at kib_per_s, below the least speed",
                                     {{"kib_per_s", 700, 1, 1e9, "KiB/s for each connection"}},
                                     make_service<Trickle>});

}  // namespace
}  // namespace bftp::server::specimens
