#include <fmt/format.h>

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "harness/torture/conformance/refused_requests.hpp"

namespace bftp::torture {
namespace {

/// `own`: a name that MKDIR and MOVE may be tried with; empty: they may not.
std::vector<Refused> refused_of_extended(const CaseFiles& files, const std::string& own) {
  using namespace due_codes;
  const std::string gone = nowhere, probe = files.probe.name;
  std::vector<Refused> requests = {{"NOOP /", bad}, {"FEAT /", bad}};
  const auto add = [&](std::string request, std::uint16_t code) {
    requests.push_back({std::move(request), code});
  };
  for (const std::string start : {"SIZE", "HASH", "RANGE 0 1"}) {
    add(start, bad);
    add(start + " " + gone, missing);
    add(start + " ../" + gone, forbidden);
    if (files.folder) add(start + " " + files.folder->name, wrong_kind);
  }
  for (const char* part : {"01 1", "-1 1", "0x1 1", "0 01", "0 -1", "0 9223372036854775808"})
    add(fmt::format("RANGE {} {}", part, probe), bad);
  if (own.empty()) return requests;
  add("MKDIR", bad);
  add("MKDIR " + probe, wrong_kind);
  if (files.folder) add("MKDIR " + files.folder->name, wrong_kind);
  add(fmt::format("MKDIR {}/{}", gone, own), missing);
  add("RMDIR", bad);
  add("RMDIR " + own, missing);
  add("MOVE", bad);
  add("MOVE 3", bad);
  add(fmt::format("MOVE 0{} {} {}", own.size(), own, own), bad);
  add(fmt::format("MOVE {} {}", own.size(), own), bad);
  add(fmt::format("MOVE {} {} {}-2", own.size(), own, own), missing);
  return requests;
}

class ExtendedRefusals final : public Case {
 public:
  std::string_view id() const override { return "conformance.extended_refusals"; }
  std::string_view category() const override { return "conformance"; }
  std::vector<std::string_view> suites() const override { return {"conformance"}; }
  std::string_view title() const override { return "Extended verbs refuse by their codes too"; }
  std::string_view about() const override {
    return "As `conformance.refusals`, with SIZE, HASH, RANGE, MKDIR, RMDIR, MOVE, NOOP and FEAT: what does "
           "not exist, a folder for a file, arguments that lack, are too many or are no numbers. A verb that "
           "the server does not have is passed over; one without any is skipped.";
  }
  bool applies_to(const Speech& speech) const override { return speech.dialect() == "bftp"; }
  record::CaseDemand demand(const Speech&) const override { return record::CaseDemand::must; }
  std::vector<std::string> clauses(const Speech&) const override { return {"4.13", "2.2", "2.3"}; }

  Finding run(CaseContext& context) const override {
    const auto& own = context.own_name();
    const bool has_own = stores_and_removes(context);
    const auto requests = refused_of_extended(context.files(), has_own ? own : std::string());
    auto finding = refuses_all(context, requests, Verbs::extended);
    if (has_own && finding.result == record::CaseResult::broken)
      tidies_up_by(context, {fmt::format("RMDIR {}/{}", due_codes::nowhere, own),
                             fmt::format("RMDIR {}", due_codes::nowhere), "RMDIR " + own});
    finding.done = fmt::format(
        "{} requests with extended verbs were sent that are to be refused, and a GET behind each.",
        requests.size());
    finding.expected =
        "ERR with the code of clause 4.13, and then the file; or ERR 405 for lack of the verb.";
    return finding;
  }
};

BFTP_REGISTER_CASE(ExtendedRefusals)

}  // namespace
}  // namespace bftp::torture
