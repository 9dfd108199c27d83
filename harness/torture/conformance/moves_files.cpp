#include <fmt/format.h>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "harness/torture/bftp_files.hpp"
#include "harness/torture/case.hpp"
#include "harness/torture/found.hpp"
#include "harness/torture/own_file.hpp"

namespace bftp::torture {
namespace {

constexpr const char* counted_cause =
    "n counts the bytes of `from`, which may hold spaces, and one space parts it from `to`: take n bytes, "
    "look for the space, and take all that follows. rename() says ENOENT where there is nothing, which is "
    "404.";

class MovesFiles final : public Case {
 public:
  std::string_view id() const override { return "conformance.moves_files"; }
  std::string_view category() const override { return "conformance"; }
  std::vector<std::string_view> suites() const override { return {"conformance"}; }
  std::string_view title() const override {
    return "MOVE gives a file another name, and replaces what had it";
  }
  std::string_view about() const override {
    return "Stores a file, moves it to another name, with spaces in both, and fetches it by either; stores "
           "the first anew and moves it onto the second, and that onto itself; moves what is not there, and "
           "into a folder that is not there; and gives a length that does not end at a space. Removes all. A "
           "server that takes no file or has no MOVE is skipped.";
  }
  bool applies_to(const Speech& speech) const override { return speech.dialect() == "bftp"; }
  record::CaseDemand demand(const Speech&) const override { return record::CaseDemand::must; }
  std::vector<std::string> clauses(const Speech&) const override { return {"5.5", "4.13"}; }

  Finding run(CaseContext& context) const override {
    auto finding = go_through(context);
    finding.done =
        "A file was moved to a new name, and another one onto it; then moves were asked for that cannot be "
        "done.";
    finding.expected =
        "The content under the new name and ERR 404 under the old one; a refusal for what cannot be done, "
        "and nothing changed.";
    return finding;
  }

 private:
  static Finding go_through(CaseContext& context) {
    if (context.own_name().empty()) return nothing_may_be_stored();
    const std::string from = context.own_name() + " a", to = context.own_name() + " b c";
    const LastRequests tidies_up(context, {"DELETE " + from, "DELETE " + to});
    BftpFiles client(context.visit());
    if (const auto entered = client.enter(); !entered.done()) return skipped(entered.words);
    for (const std::string_view content : {"the file that is moved", "another one, which replaces it"}) {
      if (const auto stored = client.store(from, content); !stored.done()) return not_stored(stored);
      const auto moved = client.tell(move(from, to));
      if (moved.kind == FileAnswer::Kind::not_offered)
        return skipped("the server has no MOVE: " + moved.words);
      if (!moved.done())
        return broken(fmt::format("to \"{}\" {}", escaped(move(from, to)), moved.words), counted_cause);
      if (auto fault = is_misplaced(client, from, to, content)) return std::move(*fault);
    }
    if (auto fault = is_lost_onto_itself(client, to)) return std::move(*fault);
    return cannot_be_done(client, from, to);
  }

  static std::string move(const std::string& from, const std::string& to) {
    return fmt::format("MOVE {} {} {}", from.size(), from, to);
  }

  static std::optional<Finding> is_misplaced(BftpFiles& client, const std::string& from,
                                             const std::string& to, std::string_view content) {
    const auto there = client.fetch(to);
    if (!there.done())
      return broken("under the name that a file was moved to, " + there.words, counted_cause);
    if (there.content != content)
      return broken(fmt::format("under the name that a file was moved to came {} bytes that are not it",
                                there.content.size()),
                    "MOVE replaces a file as PUT does: rename(), and then whoever keeps contents, sizes or "
                    "hashes by name is told.");
    const auto here = client.fetch(from);
    if (here.done()) return broken("a file that was moved came under its old name too", "");
    return std::nullopt;
  }

  /// rename() does nothing and says 0; a server may refuse it as well, but the file stays.
  static std::optional<Finding> is_lost_onto_itself(BftpFiles& client, const std::string& name) {
    const auto before = client.fetch(name);
    const auto moved = client.tell(move(name, name));
    const auto after = client.fetch(name);
    if (after.done() && after.content == before.content) return std::nullopt;
    return broken(
        fmt::format("a file was moved onto itself, to which the server {}, and then {}",
                    moved.done() ? "answered OK" : "did not: " + moved.words,
                    after.done() ? fmt::format("{} bytes came that are not it", after.content.size())
                                 : "it did not come any more: " + after.words),
        "Where both names are the same there is nothing to do: to copy the file and then remove the "
        "old name, or to remove what is at the new one first, destroys it. rename() does it right.");
  }

  /// `to` is there, `from` is not.
  static Finding cannot_be_done(BftpFiles& client, const std::string& from, const std::string& to) {
    const std::string nowhere = from + "-no-such/x";
    struct Move {
      std::string request;
      std::string_view words;
      std::uint16_t code;
    };
    const std::vector<Move> moves = {{move(from, to), "of what does not exist", 404},
                                     {move(to, nowhere), "into a folder that does not exist", 404},
                                     {fmt::format("MOVE {} {} {}", to.size() - 1, to, from),
                                      "with a length that does not end at a space", 400}};
    for (const auto& one : moves) {
      const auto answer = client.tell(one.request);
      if (answer.code != one.code)
        return broken(
            fmt::format("to \"{}\", a MOVE {}, which is ERR {}, {}", escaped(one.request), one.words,
                        one.code, answer.done() ? std::string("it answered OK") : answer.words),
            counted_cause);
      if (const auto still = client.fetch(to); !still.done())
        return broken(fmt::format("a MOVE {} was refused, and the file does not come any more: {}", one.words,
                                  still.words),
                      "");
    }
    return kept("each file was where it had been moved, and what cannot be done was refused");
  }
};

BFTP_REGISTER_CASE(MovesFiles)

}  // namespace
}  // namespace bftp::torture
