#include "harness/torture/framing/framing_case.hpp"

namespace bftp::torture {
namespace {

class ClosesAtOnce final : public LeavingCase {
 public:
  std::string_view id() const override { return "framing.closes_at_once"; }
  std::string_view title() const override { return "A client may come and go without a word"; }
  std::string_view about() const override {
    return "Connects and closes, as a port scanner does. The server must serve the next client.";
  }
  Finding run(CaseContext& context) const override {
    return leave(context, "A client connected and closed without sending anything.", "");
  }
};

BFTP_REGISTER_CASE(ClosesAtOnce)

}  // namespace
}  // namespace bftp::torture
