#include "harness/torture/framing/name_with_ending.hpp"

namespace bftp::torture {
namespace {

class NameWithNul final : public NameWithEnding {
 public:
  std::string_view id() const override { return "framing.name_with_nul"; }
  std::string_view title() const override { return "A NUL byte behind a name does no harm"; }
  std::string_view about() const override {
    return "Appends a NUL byte to a name, as a client in C does that sends its string with the terminator. "
           "The file or an orderly no is due, in bftp `ERR 400`.";
  }
  bool applies_to(const Speech& speech) const override { return speech.dialect() != "nul"; }
  std::vector<std::string> clauses(const Speech& speech) const override {
    if (speech.dialect() == "bftp") return {"3.3", "1.4"};
    return NameWithEnding::clauses(speech);
  }

  Finding run(CaseContext& context) const override {
    return ask_with(context, std::string_view("\0", 1), "a NUL byte");
  }
};

BFTP_REGISTER_CASE(NameWithNul)

}  // namespace
}  // namespace bftp::torture
