#include "harness/torture/framing/framing_case.hpp"

namespace bftp::torture {
namespace {

class ByteByByte final : public FramingCase {
 public:
  std::string_view id() const override { return "framing.byte_by_byte"; }
  std::string_view title() const override { return "A request may come byte by byte"; }
  std::string_view about() const override {
    return "Sends a request one byte at a time, 2 ms apart. Only a warning in `raw`.";
  }
  record::CaseDemand demand(const Speech& speech) const override {
    return speech.dialect() == "raw" ? record::CaseDemand::should : record::CaseDemand::must;
  }
  std::vector<std::string> clauses(const Speech& speech) const override { return segment_clauses(speech); }

  Finding run(CaseContext& context) const override {
    const auto& probe = context.files().probe;
    CaseContext::Plan plan{.gap = std::chrono::milliseconds(2)};
    for (const char byte : context.speech().ask(probe.name)) plan.pieces.emplace_back(1, byte);
    const auto talk = context.talk(plan);
    auto finding = expect_file(talk, probe);
    finding.done = "The request was sent byte by byte, 2 ms apart.";
    if (finding.result == record::CaseResult::broken)
      finding.cause = cause_of_short_read(reaction_of(talk, probe.content), context.speech());
    return finding;
  }
};

BFTP_REGISTER_CASE(ByteByByte)

}  // namespace
}  // namespace bftp::torture
