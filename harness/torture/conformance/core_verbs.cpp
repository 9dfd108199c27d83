#include <fmt/format.h>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "harness/torture/bftp_files.hpp"
#include "harness/torture/case.hpp"
#include "harness/torture/found.hpp"
#include "harness/torture/own_file.hpp"

namespace bftp::torture {
namespace {

constexpr std::string_view content_of_core = "core verbs";

class CoreVerbs final : public Case {
 public:
  std::string_view id() const override { return "conformance.core_verbs"; }
  std::string_view category() const override { return "conformance"; }
  std::vector<std::string_view> suites() const override { return {"conformance"}; }
  std::string_view title() const override { return "Every server has the core verbs"; }
  std::string_view about() const override {
    return "Asks for PWD, CD, LIST and QUIT, each on a connection of its own, which have to be answered as "
           "their clauses say; stores a file and deletes it. "
           "ERR 405 says that the server does not have a verb; 403 and 503 are warned. One "
           "that lets nobody write may refuse PUT and DELETE by 403. Where nothing may be stored, these two "
           "are left out.";
  }
  bool applies_to(const Speech& speech) const override { return speech.dialect() == "bftp"; }
  record::CaseDemand demand(const Speech&) const override { return record::CaseDemand::must; }
  std::vector<std::string> clauses(const Speech&) const override {
    return {"4", "4.2", "4.3", "4.4", "4.5", "4.6", "4.7"};
  }

  Finding run(CaseContext& context) const override {
    auto finding = go_through(context);
    finding.done = "Each core verb was used once.";
    finding.expected =
        "OK as its clause has it to PWD, CD /, LIST and QUIT, and no ERR 405 to PUT and DELETE.";
    return finding;
  }

 private:
  static Finding go_through(CaseContext& context) {
    std::vector<std::string> lacking, wrong, kept_away;
    for (const char* request : {"PWD", "CD /", "LIST", "LIST /", "QUIT"}) {
      BftpFiles client(context.visit());
      if (const auto entered = client.enter(); !entered.done()) return skipped(entered.words);
      const auto answer = answer_to(client, request);
      if (answer.done()) continue;
      if (answer.code == unknown) {
        lacking.emplace_back(request);
        continue;
      }
      const bool is_allowed = answer.code == 403 || answer.code == 503;
      (is_allowed ? kept_away : wrong).push_back(fmt::format("to {} {}", request, answer.words));
    }
    const bool stores = !context.own_name().empty();
    if (stores && !stores_and_deletes(context, lacking)) return skipped("the server lets nobody in any more");
    const bool lacks = !lacking.empty();
    if (lacks)
      wrong.insert(wrong.begin(), fmt::format("the server answered ERR 405 to {}", fmt::join(lacking, ", ")));
    if (!wrong.empty())
      return broken(fmt::format("{}", fmt::join(wrong, "; ")), lacks ? lack_cause : answer_cause);
    if (!kept_away.empty()) return tolerated(fmt::format("{}", fmt::join(kept_away, "; ")));
    return kept(stores ? "the server has them"
                       : "the server has PWD, CD, LIST and QUIT; nothing was stored or deleted");
  }

  /// Done: as the clause has it.
  static FileAnswer answer_to(BftpFiles& client, const std::string& request) {
    if (request == "LIST") return client.list();
    if (request == "LIST /") return client.list("/");
    auto answer = client.tell(request);
    const bool has_path = request == "QUIT" || answer.content.starts_with('/');
    if (!answer.done() || has_path) return answer;
    answer.kind = FileAnswer::Kind::lost;
    answer.words = fmt::format("it answered \"{}\"", escaped("OK " + answer.content));
    return answer;
  }

  /// Who lets nobody write refuses both by 403, and has them. A DELETE finds nothing where PUT was refused.
  /// What PUT answers in the end is conformance.put_says_size's business. False: a client was not let in.
  static bool stores_and_deletes(CaseContext& context, std::vector<std::string>& lacking) {
    const OwnFile file(context);
    BftpFiles storing(context.visit()), deleting(context.visit());
    if (!storing.enter().done()) return false;
    if (storing.store(file.name(), content_of_core).code == unknown) lacking.emplace_back("PUT");
    storing.leave();
    if (!deleting.enter().done()) return false;
    if (deleting.remove(file.name()).code == unknown) lacking.emplace_back("DELETE");
    return true;
  }

  static constexpr std::uint16_t unknown = 405;
  static constexpr const char* lack_cause =
      "GET, PUT, LIST, PWD, CD, DELETE and QUIT are the core, which every server has (clause 4). Only those "
      "of clause 5 may be left out.";
  static constexpr const char* answer_cause =
      "Each request has an answer: PWD and CD 'OK' and a path from the root, LIST 'OK' and the size of the "
      "listing that follows, QUIT 'OK' before the server closes (4.3 to 4.7). A verb that is not written "
      "yet, or an exception that nobody caught, gives another or none.";
};

BFTP_REGISTER_CASE(CoreVerbs)

}  // namespace
}  // namespace bftp::torture
