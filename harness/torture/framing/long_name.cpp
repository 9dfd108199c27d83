#include <fmt/format.h>

#include "harness/torture/framing/framing_case.hpp"

namespace bftp::torture {
namespace {

class LongName final : public FramingCase {
 public:
  std::string_view id() const override { return "framing.long_name"; }
  std::string_view title() const override { return "A name may be as long as names get"; }
  std::string_view about() const override {
    return "Asks for a file whose name has 255 bytes, in `fixed` 40. Where the root is not ours to write to, "
           "no such file exists, and an orderly no is due.";
  }
  /// Only where a clause gives the length of a name.
  record::CaseDemand demand(const Speech& speech) const override {
    const auto dialect = speech.dialect();
    const bool by_clause = dialect == "bftp" || dialect == "raw" || dialect == "fixed";
    return by_clause ? record::CaseDemand::must : record::CaseDemand::should;
  }
  std::vector<std::string> clauses(const Speech& speech) const override {
    return {speech.dialect() == "bftp" ? "3.3" : std::string(speech.clause())};
  }

  Finding run(CaseContext& context) const override {
    const auto& file = context.files().long_named;
    const auto bytes = context.speech().name_bytes_max();
    const auto name = file ? file->name : std::string(bytes, 'n');
    const auto talk = context.talk({.pieces = {context.speech().ask(name)}});
    auto finding = file ? expect_file(talk, *file) : expect_refusal(talk, context);
    finding.done = fmt::format("A file with a name of {} bytes was asked for{}.", name.size(),
                               file ? "" : ", which does not exist");
    if (finding.result == record::CaseResult::broken)
      finding.cause =
          "The server's buffer for a name is shorter than names get (255 bytes), or a terminating NUL was "
          "written behind its end.";
    return finding;
  }
};

BFTP_REGISTER_CASE(LongName)

}  // namespace
}  // namespace bftp::torture
