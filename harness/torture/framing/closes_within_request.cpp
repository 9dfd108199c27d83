#include "harness/torture/framing/framing_case.hpp"

namespace bftp::torture {
namespace {

class ClosesWithinRequest final : public LeavingCase {
 public:
  std::string_view id() const override { return "framing.closes_within_request"; }
  std::string_view title() const override { return "A client may leave in the middle of a request"; }
  std::string_view about() const override {
    return "Sends half a request and closes. The server must serve the next client.";
  }
  Finding run(CaseContext& context) const override {
    const auto request = context.speech().ask(context.files().probe.name);
    return leave(context, "A client sent half of a request and closed.",
                 request.substr(0, request.size() / 2));
  }
};

BFTP_REGISTER_CASE(ClosesWithinRequest)

}  // namespace
}  // namespace bftp::torture
