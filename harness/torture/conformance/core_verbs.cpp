#include <fmt/format.h>

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "harness/torture/bftp_files.hpp"
#include "harness/torture/case.hpp"
#include "harness/torture/found.hpp"
#include "harness/torture/own_file.hpp"

namespace bftp::torture {
namespace {

class CoreVerbs final : public Case {
 public:
  std::string_view id() const override { return "conformance.core_verbs"; }
  std::string_view category() const override { return "conformance"; }
  std::vector<std::string_view> suites() const override { return {"conformance"}; }
  std::string_view title() const override { return "Every server has the core verbs"; }
  std::string_view about() const override {
    return "Asks for PWD, CD, LIST and QUIT, each on a connection of its own; stores a file and deletes it. "
           "ERR 405 says that the server does not have one. A server that lets nobody write may refuse PUT "
           "and DELETE.";
  }
  bool applies_to(const Speech& speech) const override { return speech.dialect() == "bftp"; }
  record::CaseDemand demand(const Speech&) const override { return record::CaseDemand::must; }
  std::vector<std::string> clauses(const Speech&) const override {
    return {"4", "4.3", "4.4", "4.5", "4.6", "4.7"};
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
    if (takes_files_and_has_no_delete(context)) lacking.emplace_back("DELETE");
    if (lacking.empty()) return kept("the server has them");
    return broken(fmt::format("the server answered ERR 405 to {}", fmt::join(lacking, ", ")),
                  "GET, PUT, LIST, PWD, CD, DELETE and QUIT are the core, which every server has (clause 4). "
                  "Only those of clause 5 may be left out.");
  }

  /// Who takes no files may be one that lets nobody write.
  static bool takes_files_and_has_no_delete(CaseContext& context) {
    if (context.own_name().empty()) return false;
    const OwnFile file(context);
    BftpFiles client(context.visit());
    return client.enter().done() && client.store(file.name(), "core verbs").done() &&
           client.remove(file.name()).code == unknown;
  }

  static constexpr std::uint16_t unknown = 405;
};

BFTP_REGISTER_CASE(CoreVerbs)

}  // namespace
}  // namespace bftp::torture
