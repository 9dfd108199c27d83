#include <variant>

#include "server_under_test/specimens/fault.hpp"
#include "server_under_test/specimens/hoard.hpp"

namespace bftp::server::specimens {
namespace {

/// A buffer of RANGE's own that is never freed.
class LeakOnRange final : public Fault {
 public:
  using Fault::Fault;
  void finished(const Exchange& exchange, Session& session) override {
    const auto* request = std::get_if<protocol::Request>(&exchange.request);
    if (request != nullptr && request->verb == protocol::Verb::range) lose();
    Fault::finished(exchange, session);
  }

 private:
  void lose() { lost_.keep(touched(static_cast<std::size_t>(settings.number("kib") * 1024))); }
  Hoard<std::unique_ptr<char[]>> lost_;
};

const Registered registered_leak_on_range({"leak_on_range",
                                           "memory",
                                           "loses kib KiB in each RANGE",
                                           {{"kib", 64, 0.01, 1e6, "KiB each"}},
                                           make_service<LeakOnRange>});

}  // namespace
}  // namespace bftp::server::specimens
