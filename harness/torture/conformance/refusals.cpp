#include <fmt/format.h>

#include <algorithm>
#include <cstdint>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "harness/torture/bftp_files.hpp"
#include "harness/torture/case.hpp"
#include "harness/torture/found.hpp"
#include "protocol/request.hpp"

namespace bftp::torture {
namespace {

/// A request that clause 4.13 or 2.2 has refused, and by which code.
struct Refused {
  std::string request;
  std::uint16_t code;
};

constexpr std::uint16_t bad = 400, forbidden = 403, missing = 404, unknown_verb = 405, wrong_kind = 409;
constexpr std::size_t told_max = 3;  ///< the others are counted

/// A folder that is not there.
const std::string nowhere = "refusals-no-such";

/// `own`: what PUT and DELETE are tried with; empty: a server that takes what it has to refuse would be
/// written to, and may not be, or has neither.
std::vector<Refused> refused_requests(const CaseFiles& files, const std::string& own) {
  std::vector<Refused> requests = {
      {"GET " + nowhere, missing},
      {"LIST " + nowhere, missing},
      {"CD " + nowhere, missing},
      {"GET", bad},
      {"CD", bad},
      {"PWD /", bad},
      {"GET " + std::string(256, 'n'), bad},
      {"GET a\tb", bad},
      {"GET \xff\xfe", bad},
      {"GET ../" + nowhere, forbidden},
      {"CD ..", forbidden},
      {"FROBNICATE " + nowhere, unknown_verb},
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
  add(fmt::format("PUT 3 {}/{}", nowhere, own), missing);
  if (files.folder) add("PUT 3 " + files.folder->name, wrong_kind);
  return requests;
}

/// `not_offered`: the verb is refused as unknown, which other cases tolerate too.
enum class Breach : std::uint8_t { none, not_offered, no_connection, taken, wrong_code, out_of_step };

/// What is wrong with an answer; `words` end "to GET the server …".
struct Judged {
  Breach breach = Breach::none;
  std::string words;
};

/// Of an answer that is no refusal.
std::string in_place_of_refusal(const Talk& talk) {
  if (!talk.heard.empty()) return "took it";
  if (talk.last.kind == Heard::Kind::closed) return "closed";
  return talk.received.empty() ? "said nothing" : fmt::format("answered \"{}\"", escaped(talk.received));
}

/// Every server has GET; one without the others of clause 4 says so.
bool may_lack(std::string_view request) {
  return !request.starts_with("GET") && !request.starts_with("FROBNICATE");
}

Judged judged(const Talk& talk, const Refused& due, const KnownFile& probe) {
  if (!talk.connected) return {Breach::no_connection, "was not to be reached"};
  if (talk.heard.empty() || talk.heard.front().kind != Heard::Kind::refused)
    return {Breach::taken, fmt::format("{} (due: {})", in_place_of_refusal(talk), due.code)};
  const auto& answer = talk.heard.front().text;
  const auto reply = protocol::parse_reply(answer);
  if (reply && reply->code == unknown_verb && may_lack(due.request))
    return {Breach::not_offered, due.request.substr(0, due.request.find(' '))};
  if (!reply || reply->code != due.code)
    return {Breach::wrong_code, fmt::format("answered \"{}\" (due: {})", escaped(answer), due.code)};
  if (talk.heard.size() == 2 && talk.heard.back().file() == probe.content) return {};
  return {Breach::out_of_step, talk.last.kind == Heard::Kind::closed ? "answered rightly and closed"
                                                                     : "answered rightly, and the GET not"};
}

const char* cause_of(Breach breach) {
  switch (breach) {
    case Breach::taken:
      return "The request is not looked at before it is obeyed. Check verb, argument and path first, and "
             "answer ERR with the code of clause 4.13.";
    case Breach::wrong_code:
      return "All failures are answered alike, or errno is not looked at: ENOENT is 404, EISDIR and ENOTDIR "
             "are 409, and what cannot be understood is 400 before any file is touched.";
    case Breach::out_of_step:
      return "After ERR the connection stays open, and the next request begins with the next byte (2.3): "
             "the server closes, or takes what follows for the stream that it has refused.";
    case Breach::none:
    case Breach::not_offered:
    case Breach::no_connection:
      break;
  }
  return "";
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
           "for a file and the other way round, an unknown verb. The code has to be the clause's, and the "
           "GET to be answered. A server without one of the verbs is warned; what PUT and DELETE have to "
           "refuse is asked of one that has both.";
  }
  bool applies_to(const Speech& speech) const override { return speech.dialect() == "bftp"; }
  record::CaseDemand demand(const Speech&) const override { return record::CaseDemand::must; }
  std::vector<std::string> clauses(const Speech&) const override { return {"4.13", "2.2", "2.3"}; }

  Finding run(CaseContext& context) const override {
    const auto& probe = context.files().probe;
    const bool has_own = stores_and_removes(context);
    const auto requests = refused_requests(context.files(), has_own ? context.own_name() : std::string());
    std::vector<std::string> told;
    std::set<std::string> lacking;
    auto first = Breach::none;
    for (const auto& one : requests) {
      CaseContext::Plan plan;
      plan.pieces = {message(one.request), context.speech().ask(probe.name)};
      plan.in_turn = true;
      const auto answer = judged(context.talk(plan), one, probe);
      if (answer.breach == Breach::none) continue;
      if (answer.breach == Breach::not_offered) {
        lacking.insert(answer.words);
        continue;
      }
      if (answer.breach == Breach::no_connection) return unreachable(one);
      if (told.empty()) first = answer.breach;
      told.push_back(fmt::format("to \"{}\" the server {}", escaped(one.request, 40), answer.words));
    }
    if (!told.empty() && has_own) tidy_up(context);
    auto finding = told.empty() ? of_refusals(requests.size(), lacking)
                                : broken(fmt::format("{} of {} were not refused as they have to be: {}",
                                                     told.size(), requests.size(), some_of(told)),
                                         cause_of(first));
    finding.done =
        fmt::format("{} requests were sent that are to be refused, and a GET behind each.", requests.size());
    finding.expected = "ERR with the code of clause 4.13, and then the file.";
    return finding;
  }

 private:
  /// Tried on a file of our own. One that may not be written to refuses all of it by 403, whatever it names.
  static bool stores_and_removes(CaseContext& context) {
    if (context.own_name().empty()) return false;
    BftpFiles first(context.visit());
    if (!first.enter().done()) return false;
    const auto stored = first.store(context.own_name(), "refusals");
    if (!stored.done() && !stored.refuses()) tidy_up(context);  // it may be there
    return stored.done() && first.remove(context.own_name()).done();
  }

  static Finding of_refusals(std::size_t count, const std::set<std::string>& lacking) {
    if (lacking.empty()) return kept(fmt::format("the server refused all {} as it has to", count));
    return tolerated(
        fmt::format("the server has no {}; all else was refused as it has to be", fmt::join(lacking, ", ")));
  }

  static Finding unreachable(const Refused& request) {
    Finding finding;  // unknown: that the server is still there is looked at by the runner
    finding.happened =
        fmt::format("no connection could be made to send \"{}\" on", escaped(request.request, 40));
    return finding;
  }

  static std::string some_of(std::span<const std::string> told) {
    const auto first = told.first(std::min(told.size(), told_max));
    const std::string more =
        told.size() > first.size() ? fmt::format("; and {} more", told.size() - first.size()) : "";
    return fmt::format("{}{}", fmt::join(first, "; "), more);
  }

  /// Of a PUT that was taken, something may be there.
  static void tidy_up(CaseContext& context) {
    const auto tidying = context.tidies_up();
    for (const std::string& request : {"DELETE " + context.own_name(),
                                       "DELETE " + nowhere + "/" + context.own_name(), "RMDIR " + nowhere}) {
      CaseContext::Plan plan;
      plan.pieces = {message(request)};
      context.talk(plan);
    }
  }
};

BFTP_REGISTER_CASE(Refusals)

}  // namespace
}  // namespace bftp::torture
