#include <fmt/format.h>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "harness/torture/bftp_files.hpp"
#include "harness/torture/case.hpp"
#include "harness/torture/conformance/refused_requests.hpp"
#include "harness/torture/found.hpp"
#include "harness/torture/own_file.hpp"
#include "protocol/conversation.hpp"

namespace bftp::torture {
namespace {

constexpr std::string_view content_of_spaced_name = "a name with a space at each end";

class Paths final : public Case {
 public:
  std::string_view id() const override { return "conformance.paths"; }
  std::string_view category() const override { return "conformance"; }
  std::vector<std::string_view> suites() const override { return {"conformance"}; }
  std::string_view title() const override { return "One file has many paths, and a path is never cut"; }
  std::string_view about() const override {
    return "Asks for a file by `/name`, `//name` and `./name`, and through a folder and back by `..`; for "
           "one "
           "in a folder with the / repeated; for the listing of a folder with / behind it. Stores a file "
           "whose name begins and ends with a space, which has to come by that name and by no other. Sends "
           "a GET of 65,536 bytes, the longest that a request may be: any ERR is an answer (404 is due, and "
           "systems have limits of their own), and what follows has to be answered too. PUT is left out "
           "where nothing may be stored.";
  }
  bool applies_to(const Speech& speech) const override { return speech.dialect() == "bftp"; }
  record::CaseDemand demand(const Speech&) const override { return record::CaseDemand::must; }
  std::vector<std::string> clauses(const Speech&) const override {
    return {"3.1", "4.15", "1.4", "2.1", "3.3"};
  }

  Finding run(CaseContext& context) const override {
    auto finding = go_through(context);
    finding.done =
        "A file was asked for by several paths, one stored with spaces around its name, and the "
        "longest request sent.";
    finding.expected =
        "The file each time; the name as it was sent; ERR to the longest request, and then a file.";
    return finding;
  }

 private:
  using Fault = std::optional<Finding>;

  static Finding go_through(CaseContext& context) {
    const auto& files = context.files();
    const bool stores = stores_and_removes(context);
    // A new name: what the trial has left in a cache would be taken for a fault of this one.
    const std::string bare = context.own_name() + ".sp", spaced = " " + bare + " ";
    std::optional<LastRequests> tidies_up;
    if (stores) tidies_up.emplace(context, std::vector<std::string>{"DELETE " + spaced, "DELETE " + bare});
    BftpFiles client(context.visit());
    if (const auto entered = client.enter(); !entered.done()) return skipped(entered.words);
    for (const auto& [path, content] : paths_to(files))
      if (auto fault = not_by_path(client, path, content)) return std::move(*fault);
    if (files.folder)
      if (auto fault = not_listed(client, files.folder->name + "/")) return std::move(*fault);
    if (stores)
      if (auto fault = spaces_lost(client, bare, spaced)) return std::move(*fault);
    client.leave();
    // Who closes after a refusal, such as that of the bare name, is another case's business.
    BftpFiles next(context.visit());
    if (const auto entered = next.enter(); !entered.done()) return skipped(entered.words);
    if (auto fault = longest_unanswered(next, files.probe)) return std::move(*fault);
    return kept("each path led where it has to");
  }

  static std::vector<KnownFile> paths_to(const CaseFiles& files) {
    const auto& probe = files.probe;
    std::vector<KnownFile> paths = {{"/" + probe.name, probe.content},
                                    {"//" + probe.name, probe.content},
                                    {"./" + probe.name, probe.content}};
    if (!files.folder) return paths;
    const auto& [folder, inside] = *files.folder;
    paths.push_back({folder + "/../" + probe.name, probe.content});
    paths.push_back({fmt::format("/{}/{}", folder, inside.name), inside.content});
    paths.push_back({folder + "//" + inside.name, inside.content});
    return paths;
  }

  static Fault not_by_path(BftpFiles& client, const std::string& path, const std::string& content) {
    const auto answer = client.fetch(path);
    if (answer.done() && answer.content == content) return std::nullopt;
    return broken(fmt::format("a file did not come by GET {}: {}", path,
                              answer.done() ? fmt::format("it sent {} other bytes", answer.content.size())
                                            : answer.words),
                  "A path with / in front is taken from the root, any other from the current folder; `.` and "
                  "`..` work as usual (3.1), and repeated / count as one (4.15). Split the path at /, leave "
                  "empty names out, and refuse only what leads beyond the root.");
  }

  static Fault not_listed(BftpFiles& client, const std::string& path) {
    const auto answer = client.list(path);
    if (answer.done() || answer.code == due_codes::unknown_verb) return std::nullopt;
    return broken(fmt::format("to LIST {} {}", path, answer.words),
                  "A / at the end of a folder's path is ignored (4.15).");
  }

  static Fault spaces_lost(BftpFiles& client, const std::string& bare, const std::string& spaced) {
    constexpr const char* cause =
        "The argument is all that follows the one space behind the verb, or behind a size (2.1, 4.15): take "
        "it as it stands, without strip(), trim() or split() at any blank.";
    const auto stored = client.store(spaced, content_of_spaced_name);
    // Some disks know no such names, and a server may not offer them.
    if (stored.code == due_codes::forbidden || stored.lacks_room()) return std::nullopt;
    if (!stored.done())
      return broken(fmt::format("to PUT of the name \"{}\" {}", spaced, stored.words), cause);
    const auto answer = client.fetch(spaced);
    if (!answer.done() || answer.content != content_of_spaced_name)
      return broken(fmt::format("what was stored as \"{}\" did not come by that name: {}", spaced,
                                answer.done() ? fmt::format("it sent {} other bytes", answer.content.size())
                                              : answer.words),
                    cause);
    if (!client.fetch(bare).done()) return std::nullopt;
    return broken(fmt::format("what was stored as \"{}\" came by GET {}", spaced, bare), cause);
  }

  static Fault longest_unanswered(BftpFiles& client, const KnownFile& probe) {
    constexpr const char* cause =
        "A payload may have 65,536 bytes (1.4), and a buffer for requests that is smaller loses bytes or the "
        "connection. Read all that the header announces, and answer ERR where nothing has such a name.";
    std::string request = "GET ";
    while (request.size() < protocol::message_size_max) request += "a-folder-that-is-not-there/";
    request.resize(protocol::message_size_max);
    request.back() = 'e';  // a / at the end would ask for a folder
    const auto answer = client.tell(request);
    if (!answer.refuses())
      return broken(fmt::format("to a GET of {} bytes, the longest request, {}", request.size(),
                                answer.done() ? std::string("it answered OK") : answer.words),
                    cause);
    if (answer.code == too_long)
      return broken(fmt::format("a GET of {} bytes is not too long: {}", request.size(), answer.words),
                    cause);
    const auto behind = client.fetch(probe.name);
    if (behind.done() && behind.content == probe.content) return std::nullopt;
    if (behind.kind == FileAnswer::Kind::closed && answer.kind == FileAnswer::Kind::missing)
      return std::nullopt;  // likewise
    return broken(
        fmt::format("behind a GET of {} bytes, which was refused, a file did not come: {}", request.size(),
                    behind.done() ? std::string("it sent other bytes") : behind.words),
        cause);
  }

  static constexpr std::uint16_t too_long = 413;
};

BFTP_REGISTER_CASE(Paths)

}  // namespace
}  // namespace bftp::torture
