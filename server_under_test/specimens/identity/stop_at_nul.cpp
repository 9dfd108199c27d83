#include <algorithm>

#include "server_under_test/specimens/fault.hpp"

namespace bftp::server::specimens {
namespace {

/// Ends at the first NUL.
class StringSource final : public SourceDecorator {
 public:
  using SourceDecorator::SourceDecorator;
  std::size_t read(std::span<std::byte> into) override {
    if (ended_) return 0;
    const auto got = SourceDecorator::read(into);
    const auto nul =
        std::find(into.begin(), into.begin() + static_cast<std::ptrdiff_t>(got), std::byte{0}) - into.begin();
    ended_ = static_cast<std::size_t>(nul) < got;
    return static_cast<std::size_t>(nul);
  }

 private:
  bool ended_ = false;
};

/// strlen() of a buffer with a file in it.
class StopAtNul final : public Fault {
 public:
  using Fault::Fault;

 protected:
  void before(Answer& answer, const protocol::Request&, Session&) override {
    if (answer.body) answer.body = std::make_unique<StringSource>(std::move(answer.body));
  }
};

const Registered registered_stop_at_nul(
    {"stop_at_nul", "identity", "GET ends at the first NUL byte and closes", {}, make_service<StopAtNul>});

}  // namespace
}  // namespace bftp::server::specimens
