#include <fmt/format.h>

#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "harness/torture/conformance/refused_requests.hpp"

namespace bftp::torture {
namespace {

/// 0: OK, or no answer.
std::uint16_t code_of(CaseContext& context, const std::string& request) {
  BftpFiles client(context.visit());
  return client.enter().done() ? client.tell(request).code : std::uint16_t{};
}

/// In the root, beside the file of the case's own.
struct OwnNames {
  std::string file, folder, moved;
  std::string stays;  ///< a file that is there all the time
};

bool stores(CaseContext& context, const std::string& name) {
  BftpFiles client(context.visit());
  return client.enter().done() && client.store(name, "extended refusals").done();
}

/// The verbs that this user may not use: 403 is right then, whatever they name (2.2). Each is tried with
/// something that it could be done to. `own`: nothing where nothing may be stored.
std::set<std::string> forbidden_verbs(CaseContext& context, const std::optional<OwnNames>& own) {
  const auto& probe = context.files().probe.name;
  std::set<std::string> verbs;
  const auto try_out = [&](const char* verb, const std::string& request) {
    if (code_of(context, request) == due_codes::forbidden) verbs.insert(verb);
  };
  try_out("NOOP", "NOOP");
  try_out("FEAT", "FEAT");
  try_out("SIZE", "SIZE " + probe);
  try_out("HASH", "HASH " + probe);
  try_out("RANGE", "RANGE 0 0 " + probe);
  if (!own) return verbs;
  try_out("MKDIR", "MKDIR " + own->folder);
  try_out("RMDIR", "RMDIR " + own->folder);
  static_cast<void>(stores(context, own->file));
  try_out("MOVE", fmt::format("MOVE {} {} {}", own->file.size(), own->file, own->moved));
  tidies_up_by(context, {"DELETE " + own->file, "DELETE " + own->moved});
  return verbs;
}

std::vector<Refused> refused_of_extended(const CaseFiles& files, const std::optional<OwnNames>& names) {
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
  if (!names) return requests;
  const auto& own = names->file;
  add("MKDIR", bad);
  add("MKDIR " + probe, wrong_kind);
  if (files.folder) add("MKDIR " + files.folder->name, wrong_kind);
  add(fmt::format("MKDIR {}/{}", gone, own), missing);
  add("RMDIR", bad);
  add("RMDIR " + own, missing);
  if (!names->stays.empty()) add("RMDIR " + names->stays, wrong_kind);
  add("MOVE", bad);
  add("MOVE 3", bad);
  add(fmt::format("MOVE 0{} {} {}", own.size(), own, own), bad);
  add(fmt::format("MOVE {} {}", own.size(), own), bad);
  add(fmt::format("MOVE {} {} {}", own.size(), own, names->moved), missing);
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
           "not exist, a folder for a file and RMDIR of a file, arguments that lack, are too many or are no "
           "numbers. A verb that the server does not have, or that it answers 403 where nothing is wrong, is "
           "passed over; a server without any is skipped.";
  }
  bool applies_to(const Speech& speech) const override { return speech.dialect() == "bftp"; }
  record::CaseDemand demand(const Speech&) const override { return record::CaseDemand::must; }
  std::vector<std::string> clauses(const Speech&) const override { return {"4.13", "2.2", "2.3"}; }

  Finding run(CaseContext& context) const override {
    const auto& name = context.own_name();
    std::optional<OwnNames> own;
    if (stores_and_removes(context)) own = OwnNames{name, name + "-d", name + "-2", name + "-f"};
    const auto forbidden = forbidden_verbs(context, own);
    if (own && !stores(context, own->stays)) own->stays.clear();
    auto requests = refused_of_extended(context.files(), own);
    std::erase_if(requests, [&](const Refused& one) {
      return forbidden.contains(one.request.substr(0, one.request.find(' ')));
    });
    auto finding = refuses_all(context, requests, Verbs::extended);
    if (own && finding.result == record::CaseResult::broken)
      tidies_up_by(context, {fmt::format("RMDIR {}/{}", due_codes::nowhere, name),
                             fmt::format("RMDIR {}", due_codes::nowhere), "RMDIR " + name});
    if (own) tidies_up_by(context, {fmt::format("DELETE {}-f", name)});
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
