#include <fmt/format.h>

#include <optional>
#include <string>
#include <string_view>

#include "harness/torture/conformance/half_put_case.hpp"
#include "harness/torture/conformance/store_trial.hpp"
#include "harness/torture/large_file.hpp"

namespace bftp::torture {
namespace {

/// More than the buffers between a server and a client that does not read hold.
constexpr std::size_t large_bytes = 8u << 20;

constexpr const char* held_lock_cause =
    "A lock is held for as long as a client takes to read (6.1): open the file, let the lock go, and send "
    "from what is open.";

class GetIsOfOneInstant final : public HalfPutCase {
 public:
  std::string_view id() const override { return "conformance.get_is_of_one_instant"; }
  std::string_view title() const override { return "A GET that has begun sends what it announced"; }
  std::string_view about() const override {
    return "A client asks for a file of 8 MiB and does not read on; another replaces the file with one of "
           "the same length; the first reads the rest and has to get the one or the other, whole. Then the "
           "same with an empty file, and with DELETE in place of PUT. Finds a server that writes in place, "
           "or opens the file anew "
           "for each block. Removes the file. A server that takes or replaces no file is skipped.";
  }
  std::vector<std::string> clauses(const Speech&) const override { return {"4.1", "4.10", "4.2"}; }

 private:
  std::string done() const override {
    return "A client began to fetch a file of 8 MiB and stopped reading; another one replaced it, at "
           "last with nothing, and then deleted it; the first read on.";
  }
  std::string expected() const override { return "The content that was announced, whole, both times."; }

  Finding go_through(CaseContext& context, const OwnFile& file, BftpFiles& writer,
                     BftpFiles& reader) const override {
    const std::string old = trial_content(large_bytes, 0), fresh = trial_content(large_bytes, 1);
    if (const auto stored = writer.store(file.name(), old); !stored.done()) return not_stored(stored);
    auto begun = reader.begin_fetch(file.name());
    if (!begun.answer.done()) return broken("GET of a file that was stored: " + begun.answer.words, "");
    context.pause(moment);
    const auto replaced = writer.store(file.name(), fresh);
    if (may_refuse_to_replace(replaced))
      return skipped("the server took a file and does not replace it: " + replaced.words);
    if (replaced.refuses())
      return tolerated("while a client was reading a file, the server refused a PUT onto it: " +
                       replaced.words);
    if (!replaced.done())
      return broken("while a client stopped reading, a PUT onto its file came to no end: " + replaced.words,
                    held_lock_cause);
    const auto first = reader.end_fetch(begun.size);
    if (first.done() && first.content.size() == old.size() && !is_mixed(first.content, old, fresh))
      return broken(
          "the file was replaced while it was being sent, and the client got what is neither the old "
          "content nor the new one, nor a mixture of them",
          wrong_blocks_cause);
    if (!first.done() || (first.content != old && first.content != fresh))
      return torn("the file was replaced", first, old);
    if (auto fault = emptied(context, file, writer, reader, fresh)) return std::move(*fault);
    begun = reader.begin_fetch(file.name());
    if (!begun.answer.done()) return broken("GET of a file that was replaced: " + begun.answer.words, "");
    context.pause(moment);
    const auto removed = writer.remove(file.name());
    if (removed.kind == FileAnswer::Kind::not_offered)
      return kept("the file came whole when it was replaced; the server removes none");
    if (removed.refuses())
      return tolerated("while a client was reading a file, the server refused to delete it: " +
                       removed.words);
    if (!removed.done())
      return broken("while a client stopped reading, a DELETE of its file came to no end: " + removed.words,
                    held_lock_cause);
    const auto second = reader.end_fetch(begun.size);
    if (!second.done() || second.content != fresh) return torn("the file was deleted", second, fresh);
    return kept("the file came whole, though it was replaced and deleted meanwhile");
  }

  /// Replaced with nothing: to cut a file in place takes no byte of content. Afterwards it is as it was.
  static std::optional<Finding> emptied(CaseContext& context, const OwnFile& file, BftpFiles& writer,
                                        BftpFiles& reader, const std::string& content) {
    const auto begun = reader.begin_fetch(file.name());
    if (!begun.answer.done()) return broken("GET of a file that was replaced: " + begun.answer.words, "");
    context.pause(moment);
    const auto cut = writer.store(file.name(), "");
    const auto came = reader.end_fetch(begun.size);
    if (!came.done() || came.content != content)
      return torn("the file was replaced with an empty one", came, content);
    if (!cut.done()) return std::nullopt;
    const auto again = writer.store(file.name(), content);
    if (again.done()) return std::nullopt;
    return again.refuses() ? kept("the file came whole when it was replaced; then a PUT was refused")
                           : not_stored(again);
  }

  /// Each byte is that of one of the two in its place: of one whole, too.
  static bool is_mixed(std::string_view came, std::string_view old, std::string_view fresh) {
    for (std::size_t at = 0; at < came.size(); ++at)
      if (came[at] != old[at] && came[at] != fresh[at]) return false;
    return true;
  }

  static Finding torn(std::string_view when, const FileAnswer& answer, const std::string& due) {
    std::string happened = fmt::format("{} while it was being sent, and the client did not get it: {}", when,
                                       answer.done() ? "it sent a mixture" : answer.words);
    if (answer.done() && answer.content.size() != due.size())
      happened += fmt::format(" of {} bytes", answer.content.size());
    return broken(
        std::move(happened),
        "Either PUT writes into the file that is being read, or GET opens it by name more than once. Open "
        "it once for each GET; let PUT write beside it and rename(): an open file keeps its content, even "
        "when it is replaced or deleted.");
  }
};

BFTP_REGISTER_CASE(GetIsOfOneInstant)

}  // namespace
}  // namespace bftp::torture
