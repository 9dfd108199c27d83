#include "server_under_test/specimens/fault.hpp"

namespace bftp::server::specimens {
namespace {

/// TCP_CORK that comes off only after a block that is not full.
class CorksMultiples final : public Fault {
 public:
  using Fault::Fault;

 protected:
  void before(Answer& answer, const protocol::Request& request, Session&) override {
    const auto block = static_cast<std::uint64_t>(settings.number("kib")) * 1024;
    if (request.verb != protocol::Verb::get || !answer.body) return;
    if (answer.body->size() == 0 || answer.body->size() % block != 0) return;
    pause(std::chrono::duration<double, std::milli>(settings.number("ms")));
  }
};

const Registered registered_corks_multiples({"corks_multiples",
                                             "uniformity",
                                             "GET of a file whose size is a multiple of kib takes ms longer",
                                             {{"kib", 64, 1, 1 << 20, "KiB"}, {"ms", 200, 0, 1e6, "ms"}},
                                             make_service<CorksMultiples>});

}  // namespace
}  // namespace bftp::server::specimens
