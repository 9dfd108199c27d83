#include "harness/torture/framing/name_with_ending.hpp"

namespace bftp::torture {
namespace {

class NameWithLf final : public NameWithEnding {
 public:
  std::string_view id() const override { return "framing.name_with_lf"; }
  std::string_view title() const override { return "A line feed behind a name does no harm"; }
  std::string_view about() const override {
    return "Appends LF to a name, as a client does that reads it from a line and forgets to strip it. The "
           "file or an orderly no is due, in bftp `ERR 400`.";
  }
  bool applies_to(const Speech& speech) const override { return speech.dialect() != "line"; }

  Finding run(CaseContext& context) const override {
    return ask_with(context, std::string_view("\n"), "a line feed");
  }
};

BFTP_REGISTER_CASE(NameWithLf)

}  // namespace
}  // namespace bftp::torture
