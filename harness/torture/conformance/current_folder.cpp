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

namespace bftp::torture {
namespace {

constexpr std::string_view content_stored_inside = "a file that lies in the current folder";

constexpr const char* one_resolution_cause =
    "A path without / in front is taken from the connection's folder (3.1), by every verb: resolve it in one "
    "place that all of them call.";

class CurrentFolder final : public Case {
 public:
  std::string_view id() const override { return "conformance.current_folder"; }
  std::string_view category() const override { return "conformance"; }
  std::vector<std::string_view> suites() const override { return {"conformance"}; }
  std::string_view title() const override { return "Every verb takes its path from the current folder"; }
  std::string_view about() const override {
    return "Goes into a folder; asks for LIST, `LIST .` and `LIST ..`, and for files of the root by "
           "`/name` and `../name`; stores a file by its bare name, fetches it by its whole path, "
           "and deletes it by its bare name. Goes back, and stores, fetches and "
           "deletes `folder/name`. A server without CD is warned. Verbs that it does not have, and PUT "
           "and DELETE where nothing may be stored, are left out.";
  }
  bool applies_to(const Speech& speech) const override { return speech.dialect() == "bftp"; }
  record::CaseDemand demand(const Speech&) const override { return record::CaseDemand::must; }
  std::vector<std::string> clauses(const Speech&) const override { return {"3.1", "4.2", "4.3", "4.6"}; }

  Finding run(CaseContext& context) const override {
    auto finding = go_through(context);
    finding.done = "A client went into a folder, listed it, and stored, fetched and deleted a file there.";
    finding.expected =
        "What lies at each path, taken from the current folder or, with / in front, from the root.";
    return finding;
  }

 private:
  using Fault = std::optional<Finding>;

  static Finding go_through(CaseContext& context) {
    const auto& files = context.files();
    if (!files.folder) return skipped("the server's folder is not ours, so no folder in it is known");
    const auto& folder = *files.folder;
    const bool stores = stores_and_removes(context);
    const std::string name = context.own_name() + ".in", whole = folder.name + "/" + name;
    std::optional<LastRequests> tidies_up;
    if (stores) tidies_up.emplace(context, std::vector<std::string>{"DELETE " + whole, "DELETE " + name});
    BftpFiles client(context.visit());
    if (const auto entered = client.enter(); !entered.done()) return skipped(entered.words);
    const auto moved = client.change_folder(folder.name);
    if (moved.kind == FileAnswer::Kind::not_offered)
      return tolerated("the server does not change folders: " + moved.words);
    if (!moved.done()) return broken(fmt::format("to CD into {} {}", folder.name, moved.words), "");
    if (auto fault = lists_astray(client, files)) return std::move(*fault);
    for (const std::string& path : {"/" + files.probe.name, "../" + files.probe.name})
      if (auto fault = not_there(client.fetch(path), path, files.probe.content)) return std::move(*fault);
    if (stores)
      if (auto fault = stored_and_removed(client, name, whole)) return std::move(*fault);
    if (const auto back = client.change_folder("/"); !back.done())
      return broken("to CD / " + back.words, one_resolution_cause);
    if (!stores) return kept("what was asked for came from the current folder; nothing was stored in it");
    if (auto fault = still_there(client, name, whole)) return std::move(*fault);
    client.leave();
    // Who closes after a refusal, such as that of the file that was deleted, is another case's business.
    BftpFiles next(context.visit());
    if (const auto entered = next.enter(); !entered.done()) return skipped(entered.words);
    if (auto fault = stored_and_removed(next, whole, whole)) return std::move(*fault);
    if (auto fault = still_there(next, whole, whole)) return std::move(*fault);
    return kept("each verb took its path from the current folder");
  }

  static Fault lists_astray(BftpFiles& client, const CaseFiles& files) {
    const auto& inside = files.folder->file;
    for (const char* path : {"", "."})
      if (auto fault = lists_other(client.list(path), path, inside, files.probe)) return fault;
    return lists_other(client.list(".."), "..", files.probe, inside);
  }

  /// Nothing, if the listing names `there` and not what is in `another` folder, or there is no LIST.
  static Fault lists_other(const FileAnswer& answer, std::string_view path, const KnownFile& there,
                           const KnownFile& another) {
    const auto request = fmt::format("LIST{}{}", path.empty() ? "" : " ", path);
    if (answer.code == due_codes::unknown_verb) return std::nullopt;
    if (!answer.done())
      return broken(fmt::format("to {} in a folder {}", request, answer.words), one_resolution_cause);
    const auto has = [&](const KnownFile& file) {
      return ("\n" + answer.content).find(fmt::format("\nF {} {}\n", file.content.size(), file.name)) !=
             std::string::npos;
    };
    if (has(another))
      return broken(
          fmt::format("{} in a folder brought the listing of another one, with {}", request, another.name),
          one_resolution_cause);
    if (has(there)) return std::nullopt;
    return broken(
        fmt::format("{} in a folder brought a listing without {}, which is there", request, there.name),
        one_resolution_cause);
  }

  static Fault not_there(const FileAnswer& answer, const std::string& path, std::string_view content) {
    if (answer.done() && answer.content == content) return std::nullopt;
    return broken(fmt::format("the file did not come by GET {}: {}", path,
                              answer.done() ? fmt::format("it sent {} other bytes", answer.content.size())
                                            : answer.words),
                  one_resolution_cause);
  }

  /// `path` is that of the requests, `whole` from the root.
  static Fault stored_and_removed(BftpFiles& client, const std::string& path, const std::string& whole) {
    if (const auto stored = client.store(path, content_stored_inside); !stored.done())
      return not_taken(stored, path);
    if (auto fault = not_there(client.fetch("/" + whole), "/" + whole, content_stored_inside)) {
      const auto name = whole.substr(whole.rfind('/') + 1);
      if (client.fetch("/" + name).done()) fault->happened = "PUT of " + path + " stored it in the root";
      return fault;
    }
    if (const auto removed = client.remove(path); !removed.done())
      return broken(fmt::format("to DELETE {}, which is there, {}", path, removed.words),
                    one_resolution_cause);
    return std::nullopt;
  }
  /// The server takes files, if not here.
  static Fault not_taken(const FileAnswer& answer, const std::string& path) {
    if (answer.code == due_codes::forbidden || answer.lacks_room())
      return skipped(fmt::format("the server takes no file in that folder: {}", answer.words));
    return broken(fmt::format("to PUT of {}, whose folder is there, {}", path, answer.words),
                  one_resolution_cause);
  }
  static Fault still_there(BftpFiles& client, const std::string& path, const std::string& whole) {
    if (!client.fetch("/" + whole).done()) return std::nullopt;
    return broken(fmt::format("after DELETE {} the file still came by GET /{}", path, whole),
                  one_resolution_cause);
  }
};

BFTP_REGISTER_CASE(CurrentFolder)

}  // namespace
}  // namespace bftp::torture
