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
    return "Asks for PWD, CD, LIST and QUIT, each on a connection of its own; stores a file, which is "
           "answered "
           "by its size at the end, and deletes it. ERR 405 says that the server does not have a verb. One "
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
    finding.expected = "An answer other than ERR 405 to each; \"OK size\" when a file is in place.";
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
    std::optional<Finding> fault;
    if (stores) fault = stores_and_deletes(context, lacking);
    if (fault && lacking.empty()) return std::move(*fault);
    if (lacking.empty())
      return kept(stores ? "the server has them"
                         : "the server has PWD, CD, LIST and QUIT; nothing was stored or deleted");
    return broken(fmt::format("the server answered ERR 405 to {}", fmt::join(lacking, ", ")),
                  "GET, PUT, LIST, PWD, CD, DELETE and QUIT are the core, which every server has (clause 4). "
                  "Only those of clause 5 may be left out.");
  }

  /// Who lets nobody write refuses both by 403, and has them. A DELETE finds nothing where PUT was refused.
  static std::optional<Finding> stores_and_deletes(CaseContext& context, std::vector<std::string>& lacking) {
    const OwnFile file(context);
    std::optional<Finding> fault;
    {
      BftpFiles client(context.visit());
      if (const auto entered = client.enter(); !entered.done()) return skipped(entered.words);
      const auto begun = client.begin_store(file.name(), content_of_core.size());
      if (begun.code == unknown) lacking.emplace_back("PUT");
      if (begun.done()) fault = stored_without_size(client);
    }
    BftpFiles client(context.visit());
    if (const auto entered = client.enter(); !entered.done()) return skipped(entered.words);
    if (client.remove(file.name()).code == unknown) lacking.emplace_back("DELETE");
    return fault;
  }

  /// The second answer of a PUT that is under way.
  static std::optional<Finding> stored_without_size(BftpFiles& client) {
    client.send_part(content_of_core);
    const auto stored = client.hear_told();
    const auto due = std::to_string(content_of_core.size());
    // A PUT that fails is other cases' business.
    if (!stored.done() || stored.content == due) return std::nullopt;
    const auto said = stored.content.empty() ? "OK" : "OK " + stored.content;
    return broken(fmt::format("when a file of {} bytes was in place it answered \"{}\", and \"OK {}\" is due",
                              due, escaped(said), due),
                  "The second answer to PUT tells how many bytes were stored (4.2): a client sees by it that "
                  "the server "
                  "has them all.");
  }

  static constexpr std::uint16_t unknown = 405;
};

BFTP_REGISTER_CASE(CoreVerbs)

}  // namespace
}  // namespace bftp::torture
