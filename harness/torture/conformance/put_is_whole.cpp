#include <fmt/format.h>

#include <optional>
#include <string>
#include <string_view>

#include "harness/torture/conformance/half_put_case.hpp"
#include "harness/torture/conformance/store_trial.hpp"

namespace bftp::torture {
namespace {

using Kind = FileAnswer::Kind;

constexpr const char* in_place_cause =
    "The upload is written to the file itself: opening it to write cuts the old content off at once, and "
    "what has come so far is there for everybody. Write to a file of another name beside it and rename() "
    "that onto the name when the last byte has come; if the client goes away before, unlink() it.";

class PutIsWhole final : public HalfPutCase {
 public:
  std::string_view id() const override { return "conformance.put_is_whole"; }
  std::string_view title() const override { return "Nobody sees half an upload"; }
  std::string_view about() const override {
    return "A client begins to replace a file and stops half-way; another asks for the file and gets the "
           "old content; the first one goes away, and the old content stays. Then the same with a name that "
           "is not there; and at last the file is stored whole, and comes so. Finds a server that writes "
           "uploads in "
           "place, or keeps of a broken one what the next one meets. Removes the file. A server that takes "
           "or replaces no file is skipped.";
  }
  std::vector<std::string> clauses(const Speech&) const override { return {"4.8", "4.2"}; }

 private:
  std::string done() const override {
    return "A client sent half of a PUT, and another asked for the file; then the first one closed, and the "
           "other asked again. With a file that was there, and with one that was not. At last it was stored "
           "whole.";
  }
  std::string expected() const override {
    return "The old content each time, or, where there was no file, ERR 404; and at last the new one.";
  }

  Finding go_through(CaseContext& context, const OwnFile& file, BftpFiles& writer,
                     BftpFiles& reader) const override {
    const std::string old = trial_content(content_bytes, 0);
    if (const auto stored = writer.store(file.name(), old); !stored.done()) return not_stored(stored);
    if (auto fault = half(context, file, writer, reader, &old)) return std::move(*fault);
    // The writer of the half has gone.
    BftpFiles again(context.visit());
    auto removed = again.enter();
    if (removed.done()) removed = again.remove(file.name());
    if (!removed.done() || reader.fetch(file.name()).kind != Kind::missing) {
      again.leave();  // beside the reader there may be room for one
      if (auto fault = whole_after_half(context, file, reader)) return std::move(*fault);
      return kept("the old content stayed; the server removes no file, so none that is new was tried");
    }
    if (auto fault = half(context, file, again, reader, nullptr)) return std::move(*fault);
    if (auto fault = whole_after_half(context, file, reader)) return std::move(*fault);
    return kept("others saw what was there before, until and after the upload broke off");
  }

  /// `due`: what the reader has to get meanwhile and afterwards; null: nothing. `writer` is gone afterwards.
  static std::optional<Finding> half(CaseContext& context, const OwnFile& file, BftpFiles& writer,
                                     BftpFiles& reader, const std::string* due) {
    // Of the old one's length: some servers write in place only then.
    const std::string fresh = trial_content(content_bytes, 1);
    const auto begun = writer.begin_store(file.name(), fresh.size());
    if (begun.lacks_room() && due == nullptr)
      return kept("the old content stayed; then the server had no room for a new file: " + begun.words);
    if (due != nullptr && may_refuse_to_replace(begun))
      return skipped("the server took a file and does not replace it: " + begun.words);
    if (!begun.done()) return broken("the server did not begin a second PUT: " + begun.words, "");
    writer.send_part(std::string_view(fresh).substr(0, fresh.size() / 2));
    context.pause(moment);
    if (auto fault = look(reader, file, due, "half of a PUT had come")) return fault;
    writer.leave();
    context.pause(moment);
    return look(reader, file, due, "the client had gone away half-way");
  }

  /// What is left of the half may not be in the next file, nor keep it out.
  static std::optional<Finding> whole_after_half(CaseContext& context, const OwnFile& file,
                                                 BftpFiles& reader) {
    constexpr const char* leftover_cause =
        "Something of an upload that broke off is left: a temporary file of the same name that the next one "
        "appends to, a buffer that nobody emptied, a lock that nobody released. Undo it where the connection "
        "ends (unlink(), a finally block, a destructor), and give each upload a temporary file of its own.";
    constexpr const char* not_in_place_cause =
        "Either the upload is not in place, though the server said so: what is left of the one that broke "
        "off "
        "(a lock, a temporary file of the same name) keeps it out. Look at what rename() and close() return, "
        "and answer the second OK only when they have succeeded. Or it is in place, and a cache sends what "
        "was there before: then conformance.put_replaces or conformance.put_reaches_others fails, too.";
    const std::string whole = trial_content(content_bytes / 3, 2);
    BftpFiles last(context.visit());
    auto stored = last.enter();
    if (stored.done()) stored = last.store(file.name(), whole);
    if (stored.lacks_room())
      return kept("others saw what was there before; then the server had no room for a whole file: " +
                  stored.words);
    if (!stored.done())
      return broken("after an upload that broke off, one of the same name was not taken: " + stored.words,
                    leftover_cause);
    auto answer = reader.fetch(file.name());
    if (answer.kind == Kind::closed && reader.enter().done()) answer = reader.fetch(file.name());
    if (answer.kind == Kind::busy)
      return kept("others saw what was there before; then the server had no room for another client: " +
                  answer.words);
    if (answer.done() && answer.content == whole) return std::nullopt;
    const bool is_old = answer.done() && answer.content == trial_content(content_bytes, 0);
    std::string came = answer.words;
    if (answer.done())
      came = is_old ? fmt::format("the old content of {} bytes came", answer.content.size())
                    : fmt::format("{} bytes came that are not it", answer.content.size());
    return broken(
        fmt::format("after an upload that broke off, one of {} bytes was stored, and {}", whole.size(), came),
        is_old || answer.kind == Kind::missing ? not_in_place_cause : leftover_cause);
  }

  static std::optional<Finding> look(BftpFiles& reader, const OwnFile& file, const std::string* due,
                                     std::string_view when) {
    auto answer = reader.fetch(file.name());
    // After the refusal before, which is another case's business.
    if (answer.kind == Kind::closed && reader.enter().done()) answer = reader.fetch(file.name());
    if (answer.kind == Kind::busy)
      return skipped(
          fmt::format("when {}, the server had no room for another client: {}", when, answer.words));
    if (due == nullptr && answer.kind == Kind::missing) return std::nullopt;
    if (due != nullptr && answer.done() && answer.content == *due) return std::nullopt;
    if (answer.done())
      return broken(fmt::format("when {}, another client got {} bytes under the name, where {}", when,
                                answer.content.size(),
                                due == nullptr ? std::string("there was no file")
                                               : fmt::format("the old content has {}", due->size())),
                    in_place_cause);
    const std::string happened = fmt::format("when {}, another client asked: {}", when, answer.words);
    // What is hidden meanwhile is no mixture, but not the old content either.
    if (due != nullptr) return broken(happened, answer.kind == Kind::missing ? in_place_cause : "");
    return answer.refuses() ? tolerated(happened) : broken(happened, "");
  }
};

BFTP_REGISTER_CASE(PutIsWhole)

}  // namespace
}  // namespace bftp::torture
