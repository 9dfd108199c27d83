#include "harness/torture/conformance/refused_requests.hpp"

#include <fmt/format.h>

#include <set>
#include <string_view>
#include <utility>

#include "protocol/request.hpp"

namespace bftp::torture {
namespace {

constexpr std::size_t request_bytes_max = 48;
constexpr std::size_t answer_bytes_max = 48;
/// Of all together; what goes beyond is counted.
constexpr std::size_t told_bytes_max = 4'000;

/// `not_offered`: the verb is refused as unknown, which other cases tolerate too.
/// `closed`, `reset`: nothing came before the end of the connection.
enum class Breach : std::uint8_t {
  none,
  not_offered,
  no_connection,
  taken,
  closed,
  reset,
  wrong_code,
  out_of_step
};

/// What is wrong with an answer; `words` end "\"GET x\" (due: 404): …".
struct Judged {
  Breach breach = Breach::none;
  std::string words;
};

/// Of an answer that is no refusal.
std::string in_place_of_refusal(const Talk& talk) {
  if (!talk.heard.empty()) return "took it";
  return talk.received.empty() ? "said nothing"
                               : fmt::format("answered \"{}\"", escaped(talk.received, answer_bytes_max));
}

std::string_view verb_of(std::string_view request) {
  return request.substr(0, request.find(' '));
}

/// Every server has GET; one without the others of clause 4 says so.
bool may_lack(std::string_view request) {
  return !request.starts_with("GET") && !request.starts_with("FROBNICATE");
}

Judged judged(const Talk& talk, const Refused& due, const KnownFile& probe) {
  if (!talk.connected) return {Breach::no_connection, "was not to be reached"};
  if (talk.heard.empty() && talk.received.empty()) {
    if (talk.last.kind == Heard::Kind::closed) return {Breach::closed, "closed"};
    if (talk.reset) return {Breach::reset, "cut the connection (RST)"};
  }
  if (talk.heard.empty() || talk.heard.front().kind != Heard::Kind::refused)
    return {Breach::taken, in_place_of_refusal(talk)};
  const auto& answer = talk.heard.front().text;
  const auto reply = protocol::parse_reply(answer);
  if (reply && reply->code == due_codes::unknown_verb && may_lack(due.request))
    return {Breach::not_offered, std::string(verb_of(due.request))};
  if (!reply || reply->code != due.code)
    return {Breach::wrong_code, fmt::format("answered \"{}\"", escaped(answer, answer_bytes_max))};
  if (talk.heard.size() == 2 && talk.heard.back().file() == probe.content) return {};
  return {Breach::out_of_step, talk.last.kind == Heard::Kind::closed ? "answered rightly and closed"
                                                                     : "answered rightly, and the GET not"};
}

const char* cause_of(Breach breach) {
  switch (breach) {
    case Breach::taken:
      return "The request is not looked at before it is obeyed. Check verb, argument and path first, and "
             "answer ERR with the code of clause 4.13.";
    case Breach::closed:
      return "The request ended the connection in place of an answer: its handler met an exception that "
             "nobody caught (bytes that cannot be decoded, a number that is none, a failed open), or "
             "returned. Catch what a request may raise where requests are read, answer ERR, and read the "
             "next one (2.2, 2.3).";
    case Breach::reset:
      return "The request cut the connection in place of an answer: the handler or its process died, or "
             "closed with bytes of the client unread. Catch what a request may raise where requests are "
             "read, answer ERR, and read the next one (2.2, 2.3).";
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

/// As sent, as due and as seen, one after the other.
std::string all_of(const std::vector<std::string>& told) {
  std::string text;
  for (std::size_t i = 0; i < told.size(); ++i) {
    if (text.size() + told[i].size() > told_bytes_max)
      return text + fmt::format("; and {} more", told.size() - i);
    text += (i == 0 ? "" : "; ") + told[i];
  }
  return text;
}

Finding unreachable_for(const Refused& request) {
  Finding finding;  // unknown: that the server is still there is looked at by the runner
  finding.happened = fmt::format("no connection could be made to send \"{}\" on",
                                 escaped(request.request, request_bytes_max));
  return finding;
}

Finding of_a_right_server(std::size_t asked, const std::set<std::string>& lacking, Verbs verbs) {
  if (asked == 0) return skipped("the server has none of the verbs, or lets nobody use them");
  if (lacking.empty() || verbs == Verbs::extended)
    return kept(fmt::format("the server refused all {} as it has to", asked));
  return tolerated(
      fmt::format("the server has no {}; all else was refused as it has to be", fmt::join(lacking, ", ")));
}

}  // namespace

Finding refuses_all(CaseContext& context, const std::vector<Refused>& requests, Verbs verbs) {
  const auto& probe = context.files().probe;
  std::vector<std::string> told;
  std::set<std::string> lacking;
  std::size_t asked = requests.size();
  auto first = Breach::none;
  for (const auto& one : requests) {
    CaseContext::Plan plan;
    plan.pieces = {message(one.request), context.speech().ask(probe.name)};
    plan.in_turn = true;
    context.begins_log_anew();
    const auto answer = judged(context.talk(plan), one, probe);
    if (answer.breach == Breach::none) continue;
    if (answer.breach == Breach::not_offered) {
      lacking.insert(answer.words);
      if (verbs == Verbs::extended) --asked;
      continue;
    }
    if (answer.breach == Breach::no_connection) return unreachable_for(one);
    context.keeps_log();
    if (told.empty()) first = answer.breach;
    told.push_back(
        fmt::format("\"{}\" (due: {}): {}", escaped(one.request, request_bytes_max), one.code, answer.words));
  }
  if (told.empty()) return of_a_right_server(asked, lacking, verbs);
  return broken(
      fmt::format("{} of {} were not refused as they have to be: {}", told.size(), asked, all_of(told)),
      cause_of(first));
}

bool stores_and_removes(CaseContext& context) {
  if (context.own_name().empty()) return false;
  BftpFiles first(context.visit());
  if (!first.enter().done()) return false;
  const auto stored = first.store(context.own_name(), "refusals");
  // One that was left without an answer may be there.
  if (stored.done()) return first.remove(context.own_name()).done();
  first.leave();  // a server of one client at a time hears the next one then
  if (!stored.refuses()) tidies_up_by(context, {"DELETE " + context.own_name()});
  return false;
}

void tidies_up_by(CaseContext& context, const std::vector<std::string>& requests) {
  const auto tidying = context.tidies_up();
  for (const std::string& request : requests) {
    CaseContext::Plan plan;
    plan.pieces = {message(request)};
    context.talk(plan);
  }
}

}  // namespace bftp::torture
