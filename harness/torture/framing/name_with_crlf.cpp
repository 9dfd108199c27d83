#include "harness/torture/framing/name_with_ending.hpp"

namespace bftp::torture {
namespace {

class NameWithCrLf final : public NameWithEnding {
 public:
  std::string_view id() const override { return "framing.name_with_crlf"; }
  std::string_view title() const override { return "CR LF behind a name does no harm"; }
  std::string_view about() const override {
    return "Appends CR LF to a name, as telnet does; in `line` the request ends in CR LF. The file or an "
           "orderly no is due, in bftp `ERR 400`.";
  }

  Finding run(CaseContext& context) const override {
    return ask_with(context,
                    context.speech().dialect() == "line" ? std::string_view("\r") : std::string_view("\r\n"),
                    "CR LF");
  }
};

BFTP_REGISTER_CASE(NameWithCrLf)

}  // namespace
}  // namespace bftp::torture
