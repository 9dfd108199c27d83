#include <fmt/format.h>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "harness/torture/conformance/refused_requests.hpp"
#include "harness/torture/found.hpp"

namespace bftp::torture {
namespace {

/// `own`: what PUT and DELETE are tried with; empty: a server that takes what it has to refuse would be
/// written to, and may not be, or has neither.
std::vector<Refused> refused_requests(const CaseFiles& files, const std::string& own) {
  using namespace due_codes;
  const std::string folder = nowhere;
  std::vector<Refused> requests = {
      {"GET " + folder, missing},
      {"LIST " + folder, missing},
      {"CD " + folder, missing},
      {"GET", bad},
      {"CD", bad},
      {"PWD /", bad},
      {"GET " + std::string(256, 'n'), bad},
      {"GET a\tb", bad},
      {"GET \xff\xfe", bad},
      {"GET ../" + folder, forbidden},
      {"CD ..", forbidden},
      {"FROBNICATE " + folder, unknown_verb},
      {"LIST " + files.probe.name, wrong_kind},
      {"CD " + files.probe.name, wrong_kind},
      {"GET " + files.probe.name + "/", wrong_kind},
  };
  const auto add = [&](std::string request, std::uint16_t code) {
    requests.push_back({std::move(request), code});
  };
  if (files.folder) add("GET " + files.folder->name, wrong_kind);
  if (own.empty()) return requests;
  add("DELETE " + own, missing);
  add("DELETE", bad);
  add("PUT 3", bad);
  for (const char* size : {"03", "-3", "0x3", "9223372036854775808"})
    add(fmt::format("PUT {} {}", size, own), bad);
  add(fmt::format("PUT 3 {}/{}", folder, own), missing);
  if (files.folder) add("PUT 3 " + files.folder->name, wrong_kind);
  if (files.folder) add("DELETE " + files.folder->name, wrong_kind);
  return requests;
}

/// After DELETE of the folder, which may be obeyed where it is refused; nothing if its file is there.
std::optional<std::string> folder_lost(CaseContext& context) {
  const auto& folder = context.files().folder;
  if (!folder) return std::nullopt;
  BftpFiles client(context.visit());
  if (!client.enter().done()) return std::nullopt;
  const auto answer = client.fetch(folder->name + "/" + folder->file.name);
  if (answer.done() && answer.content == folder->file.content) return std::nullopt;
  return fmt::format("after DELETE {}, a folder, the file in it did not come: {}", folder->name,
                     answer.done() ? std::string("it sent other bytes") : answer.words);
}

class Refusals final : public Case {
 public:
  std::string_view id() const override { return "conformance.refusals"; }
  std::string_view category() const override { return "conformance"; }
  std::vector<std::string_view> suites() const override { return {"conformance"}; }
  std::string_view title() const override { return "Each refusal has its code, and the connection goes on"; }
  std::string_view about() const override {
    return "Sends some two dozen requests that clause 4.13 has refused, each on a connection of its own, "
           "and a GET behind each: missing files and folders, arguments that lack or are no numbers, "
           "control characters, bytes that are no UTF-8, a name of 256 bytes, `..` at the root, a folder "
           "for a file and the other way round (and the folder has to outlive DELETE), an unknown verb. The "
           "code has to be the clause's, and the "
           "GET to be answered. A server without one of the verbs is warned; what PUT and DELETE have to "
           "refuse is asked of one that has both.";
  }
  bool applies_to(const Speech& speech) const override { return speech.dialect() == "bftp"; }
  record::CaseDemand demand(const Speech&) const override { return record::CaseDemand::must; }
  std::vector<std::string> clauses(const Speech&) const override { return {"4.13", "2.2", "2.3"}; }

  Finding run(CaseContext& context) const override {
    const auto& own = context.own_name();
    const bool has_own = stores_and_removes(context);
    const auto requests = refused_requests(context.files(), has_own ? own : std::string());
    auto finding = refuses_all(context, requests, Verbs::core);
    if (has_own && finding.result != record::CaseResult::unknown)
      if (const auto lost = folder_lost(context)) {
        const auto before =
            finding.result == record::CaseResult::broken ? finding.happened + "; " : std::string();
        finding = broken(before + *lost,
                         "DELETE removes a file and nothing else (4.13): unlink(), not what removes a tree.");
      }
    // Of a PUT that was taken, something may be there.
    if (has_own && finding.result == record::CaseResult::broken)
      tidies_up_by(context, {"DELETE " + own, fmt::format("DELETE {}/{}", due_codes::nowhere, own),
                             fmt::format("RMDIR {}", due_codes::nowhere)});
    finding.done =
        fmt::format("{} requests were sent that are to be refused, and a GET behind each.", requests.size());
    finding.expected = "ERR with the code of clause 4.13, and then the file.";
    return finding;
  }
};

BFTP_REGISTER_CASE(Refusals)

}  // namespace
}  // namespace bftp::torture
