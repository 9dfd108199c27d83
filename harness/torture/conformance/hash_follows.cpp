#include <fmt/format.h>

#include <optional>
#include <string>

#include "harness/torture/conformance/store_trial.hpp"
#include "harness/torture/found.hpp"
#include "harness/torture/own_file.hpp"
#include "protocol/sha256.hpp"

namespace bftp::torture {
namespace {

class HashFollows final : public Case {
 public:
  std::string_view id() const override { return "conformance.hash_follows"; }
  std::string_view category() const override { return "conformance"; }
  std::vector<std::string_view> suites() const override { return {"conformance", "transfer"}; }
  std::string_view title() const override { return "HASH is that of the content that was stored last"; }
  std::string_view about() const override {
    return "Stores a file and asks for its hash; stores other content of the same length at once, and asks "
           "again; moves a third file of that length onto it, where there is MOVE, and asks again. Finds a "
           "hash "
           "that is kept by name, length and a time in whole seconds, or that MOVE leaves as it was. Removes "
           "the files. A server that takes or replaces no file or has no HASH is skipped.";
  }
  bool applies_to(const Speech& speech) const override { return speech.dialect() == "bftp"; }
  record::CaseDemand demand(const Speech&) const override { return record::CaseDemand::must; }
  std::vector<std::string> clauses(const Speech&) const override { return {"5.3", "4.8", "4.2", "5.5"}; }

  Finding run(CaseContext& context) const override {
    auto finding = go_through(context);
    finding.done =
        "A file was stored and its hash asked for, twice, with other content of the same length; then "
        "another "
        "one was moved onto it.";
    finding.expected = "OK and the SHA-256 of the content that is there now, in lower case.";
    return finding;
  }

 private:
  static Finding go_through(CaseContext& context) {
    if (context.own_name().empty()) return nothing_may_be_stored();
    const OwnFile file(context);
    const std::string other = file.name() + "-moved";
    const LastRequests tidies_up(context, {"DELETE " + other});
    BftpFiles client(context.visit());
    if (const auto entered = client.enter(); !entered.done()) return skipped(entered.words);
    std::string before;
    for (const unsigned kind : {0u, 1u}) {
      const std::string content = trial_content(4'099, kind);
      const auto stored = client.store(file.name(), content);
      if (!before.empty() && may_refuse_to_replace(stored))
        return skipped("the server took a file and does not replace it: " + stored.words);
      if (!stored.done()) return not_stored(stored);
      const auto hashed = client.hash(file.name());
      if (hashed.kind == FileAnswer::Kind::not_offered)
        return skipped("the server has no HASH: " + hashed.words);
      const std::string due = protocol::to_hex(protocol::sha256(content));
      if (auto fault = fault_of_hash(hashed, due, before)) return std::move(*fault);
      before = due;
    }
    return after_move(client, other, file.name(), before);
  }

  /// A MOVE that the server does not have, or does not do, is another case's business.
  static Finding after_move(BftpFiles& client, const std::string& from, const std::string& to,
                            const std::string& before) {
    const auto as_far_as_tried = kept("the hash was that of the content, each time");
    const std::string content = trial_content(4'099, 2u);
    if (!client.store(from, content).done()) return as_far_as_tried;
    if (!client.tell(fmt::format("MOVE {} {} {}", from.size(), from, to)).done()) return as_far_as_tried;
    const std::string due = protocol::to_hex(protocol::sha256(content));
    if (auto fault = fault_of_hash(client.hash(to), due, before)) return std::move(*fault);
    return as_far_as_tried;
  }

  static std::optional<Finding> fault_of_hash(const FileAnswer& hashed, const std::string& due,
                                              const std::string& before) {
    if (!hashed.done())
      return broken(
          "asked for the hash of a file that was stored a moment before, " + hashed.words,
          hashed.kind == FileAnswer::Kind::missing
              ? "HASH looks in another place than PUT: resolve the path by one function for all verbs."
              : "");
    if (hashed.content == due) return std::nullopt;
    if (hashed.content == before)
      return broken(
          "the server told the hash of the old content after it had said that the new one was in place",
          "The hash is kept by name, length or time of the file, of which none need change. Drop it when "
          "PUT, MOVE or DELETE change the name.");
    return broken(
        fmt::format("the server told \"{}\", where the SHA-256 of the content is {}",
                    escaped(hashed.content, 80), due),
        "SHA-256 over the bytes of the file as they are (opened binary), in 64 lower-case hex digits.");
  }
};

BFTP_REGISTER_CASE(HashFollows)

}  // namespace
}  // namespace bftp::torture
