#include "harness/torture/framing/framing_case.hpp"

namespace bftp::torture {
namespace {

class ClosesAfterRequest final : public LeavingCase {
 public:
  std::string_view id() const override { return "framing.closes_after_request"; }
  std::string_view title() const override { return "A client may leave without taking the file"; }
  std::string_view about() const override {
    return "Asks for a file and closes without reading a byte: the server then sends into a closed "
           "connection (RST, SIGPIPE). It must serve the next client.";
  }
  Finding run(CaseContext& context) const override {
    return leave(context, "A client asked for a file and closed without reading it.",
                 context.speech().ask(context.files().probe.name));
  }
};

BFTP_REGISTER_CASE(ClosesAfterRequest)

}  // namespace
}  // namespace bftp::torture
