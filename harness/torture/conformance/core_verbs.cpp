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
    return "Asks for PWD, CD, LIST and QUIT, each on a connection of its own; stores a file and deletes it. "
           "ERR 405 says that the server does not have a verb. One "
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
    finding.expected = "An answer other than ERR 405 to each.";
    return finding;
  }

 private:
  static Finding go_through(CaseContext& context) {
    std::vector<std::string> lacking;
    for (const char* request : {"PWD", "CD /", "LIST", "LIST /", "QUIT"}) {
      BftpFiles client(context.visit());
      if (const auto entered = client.enter(); !entered.done()) return skipped(entered.words);
      if (client.tell(request).code == unknown) lacking.emplace_back(request);
    }
    const bool stores = !context.own_name().empty();
    if (stores && !stores_and_deletes(context, lacking)) return skipped("the server lets nobody in any more");
    if (lacking.empty())
      return kept(stores ? "the server has them"
                         : "the server has PWD, CD, LIST and QUIT; nothing was stored or deleted");
    return broken(fmt::format("the server answered ERR 405 to {}", fmt::join(lacking, ", ")),
                  "GET, PUT, LIST, PWD, CD, DELETE and QUIT are the core, which every server has (clause 4). "
                  "Only those of clause 5 may be left out.");
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
};

BFTP_REGISTER_CASE(CoreVerbs)

}  // namespace
}  // namespace bftp::torture
