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
    return "Asks FEAT, and then for each verb of clause 5 by a request that changes nothing. One that FEAT "
           "names may not be refused as unknown, and one that is obeyed has to be named. MKDIR, RMDIR and "
           "MOVE are asked for what does not exist. A server without FEAT is skipped.";
  }
  bool applies_to(const Speech& speech) const override { return speech.dialect() == "bftp"; }
  record::CaseDemand demand(const Speech&) const override { return record::CaseDemand::must; }
  std::vector<std::string> clauses(const Speech&) const override { return {"5.1", "5"}; }

  Finding run(CaseContext& context) const override {
    auto finding = go_through(context);
    finding.done = "FEAT was asked, and then each extended verb.";
    finding.expected = "What FEAT names is there, and what it does not name is answered ERR 405.";
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
    for (const auto& [verb, request] : harmless_requests(context)) {
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
      if (is_named && !answer.done() && !answer.refuses())
        return broken(fmt::format("FEAT names {}, and to \"{}\" {}", verb, escaped(request), answer.words),
                      "");
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
  };

  static std::vector<Asked> harmless_requests(const CaseContext& context) {
    const auto& probe = context.files().probe.name;
    const auto& own = context.own_name();
    std::vector<Asked> requests = {{"SIZE", "SIZE " + probe},
                                   {"HASH", "HASH " + probe},
                                   {"RANGE", "RANGE 0 0 " + probe},
                                   {"NOOP", "NOOP"}};
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
