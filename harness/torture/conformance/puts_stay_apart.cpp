#include <fmt/format.h>

#include <string>
#include <string_view>

#include "harness/torture/conformance/half_put_case.hpp"
#include "harness/torture/conformance/store_trial.hpp"

namespace bftp::torture {
namespace {

constexpr const char* shared_temporary_cause =
    "Both uploads are written to one temporary file, whose name is made of the file's name alone, or to the "
    "file itself. Give each upload a file of its own (mkstemp()), and rename() it when its last byte has "
    "come.";

class PutsStayApart final : public HalfPutCase {
 public:
  std::string_view id() const override { return "conformance.puts_stay_apart"; }
  std::string_view title() const override { return "Two uploads to one name do not mix"; }
  std::string_view about() const override {
    return "A client sends half of a file; another stores the same name whole, and has to get back what it "
           "stored; the first one sends the rest, and then its content is there. Finds two uploads that "
           "share a temporary file. Removes the file.";
  }
  std::vector<std::string> clauses(const Speech&) const override { return {"4.8", "6.1", "4.2"}; }

 private:
  std::string done() const override {
    return "A client sent half of a PUT; another client stored a file under the same name; then the first "
           "one sent the rest.";
  }
  std::string expected() const override {
    return "After each second OK the file has the content that was stored with it.";
  }

  Finding go_through(CaseContext& context, const OwnFile& file, BftpFiles& writer,
                     BftpFiles& reader) const override {
    const std::string slow = trial_content(content_bytes, 0), quick = trial_content(content_bytes / 3, 1);
    const auto begun = writer.begin_store(file.name(), slow.size());
    if (!begun.done()) return not_stored(begun);
    writer.send_part(std::string_view(slow).substr(0, slow.size() / 2));
    context.pause(moment);
    const auto between = reader.store(file.name(), quick);
    if (between.kind == FileAnswer::Kind::no_room)
      return skipped("while a PUT was under way, the server had no room for another one: " + between.words);
    if (between.refuses())
      return tolerated("while a PUT was under way, the server refused another one to the same name: " +
                       between.words);
    if (!between.done())
      return broken(
          "while a PUT was under way, another one to the same name came to no end: " + between.words,
          "A lock is held for as long as an upload takes, so a client that stops keeps others out (6.1). "
          "Take it for the rename() alone.");
    if (auto seen = reader.fetch(file.name()); !seen.done() || seen.content != quick)
      return mixed("the quicker upload was in place", seen, quick);
    const auto ended = writer.end_store(std::string_view(slow).substr(slow.size() / 2));
    const std::string& due = ended.done() ? slow : quick;
    if (auto seen = reader.fetch(file.name()); !seen.done() || seen.content != due)
      return mixed(ended.done() ? "the slower one was in place too" : "the slower one had failed", seen, due);
    if (ended.kind == FileAnswer::Kind::no_room)
      return kept("the quicker upload was there, whole; the server had no room for the slower one: " +
                  ended.words);
    if (!ended.done()) return tolerated("the slower of two uploads failed: " + ended.words);
    return kept("each upload was there, whole, once the server had said so");
  }

  static Finding mixed(std::string_view when, const FileAnswer& seen, const std::string& due) {
    return broken(seen.done() ? fmt::format("once {}, GET sent {} bytes that are not it; it has {}", when,
                                            seen.content.size(), due.size())
                              : fmt::format("once {}, GET failed: {}", when, seen.words),
                  shared_temporary_cause);
  }
};

BFTP_REGISTER_CASE(PutsStayApart)

}  // namespace
}  // namespace bftp::torture
