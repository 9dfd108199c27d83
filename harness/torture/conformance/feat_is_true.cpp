#include <fmt/format.h>

#include <iterator>
#include <set>
#include <sstream>
#include <string>
#include <string_view>
#include <vector>

#include "harness/torture/bftp_files.hpp"
#include "harness/torture/case.hpp"
#include "harness/torture/found.hpp"

namespace bftp::torture {
namespace {

class FeatIsTrue final : public Case {
 public:
  std::string_view id() const override { return "conformance.feat_is_true"; }
  std::string_view category() const override { return "conformance"; }
  std::vector<std::string_view> suites() const override { return {"conformance"}; }
  std::string_view title() const override { return "FEAT names the extended verbs that the server has"; }
  std::string_view about() const override {
    return "Asks FEAT, and then for each verb of clause 5 by a request that changes nothing. Of those "
           "that FEAT names, SIZE, HASH and RANGE of a file that is there and NOOP have to be answered OK; "
           "MKDIR, RMDIR and MOVE, which are asked for what does not exist, may not be refused as unknown. "
           "One that is obeyed has to be named. ERR 403 and 503 are warned. A server without FEAT is "
           "skipped.";
  }
  bool applies_to(const Speech& speech) const override { return speech.dialect() == "bftp"; }
  record::CaseDemand demand(const Speech&) const override { return record::CaseDemand::must; }
  std::vector<std::string> clauses(const Speech&) const override { return {"5.1", "5"}; }

  Finding run(CaseContext& context) const override {
    auto finding = go_through(context);
    finding.done = "FEAT was asked, and then each extended verb.";
    finding.expected = "What FEAT names is there and works, and what it does not name is answered ERR 405.";
    return finding;
  }

 private:
  static Finding go_through(CaseContext& context) {
    BftpFiles client(context.visit());
    if (const auto entered = client.enter(); !entered.done()) return skipped(entered.words);
    const auto told = client.tell("FEAT");
    if (told.kind == FileAnswer::Kind::not_offered) return skipped("the server has no FEAT: " + told.words);
    if (!told.done())
      return broken("to FEAT " + told.words, "FEAT is answered OK and the verbs, or ERR 405.");
    client.leave();  // a server of one client at a time hears the next one then
    const auto named = words_of(told.content);
    auto finding = kept(fmt::format("FEAT told the truth: \"{}\"", escaped(told.content, 80)));
    for (const auto& [verb, request, is_due] : harmless_requests(context)) {
      BftpFiles asker(context.visit());
      if (const auto entered = asker.enter(); !entered.done()) return skipped(entered.words);
      const auto answer = asker.tell(request);
      const bool is_named = named.contains(verb);
      if (is_named && answer.code == 405)
        return broken(fmt::format("FEAT names {}, and to \"{}\" {}", verb, escaped(request), answer.words),
                      "FEAT names the verbs that this server has, and no others.");
      if (answer.done() && verb == "MKDIR")  // into a folder that is not there: it may have made both
        for (const auto& made : {context.own_name() + "/" + context.own_name(), context.own_name()})
          static_cast<void>(asker.tell("RMDIR " + made));
      const bool is_kept_away = answer.code == 403 || answer.code == 503;
      if (is_named && !answer.done() && (!answer.refuses() || (is_due && !is_kept_away)))
        return broken(fmt::format("FEAT names {}, and to \"{}\" {}", verb, escaped(request), answer.words),
                      is_due ? works_cause : "");
      if (is_named && is_due && is_kept_away)
        finding =
            tolerated(fmt::format("FEAT names {}, and to \"{}\" {}", verb, escaped(request), answer.words));
      if (!is_named && answer.done())
        return broken(
            fmt::format("FEAT does not name {}, and the server has it: \"{}\" was obeyed", verb,
                        escaped(request)),
            "FEAT names every extended verb that the server has: clients look there before they ask.");
      if (!is_named && answer.code != 405)
        finding = tolerated(
            fmt::format("FEAT does not name {}, and to \"{}\" {}", verb, escaped(request), answer.words));
    }
    return finding;
  }

  struct Asked {
    std::string verb;
    std::string request;
    bool is_due = false;  ///< nothing is wrong with it: OK is the answer
  };

  static constexpr const char* works_cause =
      "What FEAT names has to work: SIZE, HASH and RANGE of a file that is there, and NOOP, are answered OK. "
      "A verb that is not written yet stays out of FEAT and is answered ERR 405.";

  static std::vector<Asked> harmless_requests(const CaseContext& context) {
    const auto& probe = context.files().probe.name;
    const auto& own = context.own_name();
    std::vector<Asked> requests = {{"SIZE", "SIZE " + probe, true},
                                   {"HASH", "HASH " + probe, true},
                                   {"RANGE", "RANGE 0 0 " + probe, true},
                                   {"NOOP", "NOOP", true}};
    if (own.empty()) return requests;
    requests.push_back({"MKDIR", fmt::format("MKDIR {}/{}", own, own)});
    requests.push_back({"RMDIR", "RMDIR " + own});
    requests.push_back({"MOVE", fmt::format("MOVE {} {} {}-2", own.size(), own, own)});
    return requests;
  }

  static std::set<std::string> words_of(const std::string& detail) {
    std::istringstream words(detail);
    return {std::istream_iterator<std::string>(words), {}};
  }
};

BFTP_REGISTER_CASE(FeatIsTrue)

}  // namespace
}  // namespace bftp::torture
