#include <string>
#include <string_view>
#include <vector>

#include "harness/torture/conformance/half_put_case.hpp"
#include "harness/torture/conformance/store_trial.hpp"

namespace bftp::torture {
namespace {

constexpr const char* lock_for_a_stream_cause =
    "A lock on the file is held for as long as a client takes to send: one that stops half-way closes the "
    "file for everybody. Write an upload to a file of another name beside it, which needs no lock, and take "
    "one for the rename() alone. For a GET, open the file, let the lock go, and send from what is open.";

class SameFile final : public HalfPutCase {
 public:
  std::string_view id() const override { return "concurrency.same_file"; }
  std::string_view category() const override { return "concurrency"; }
  std::vector<std::string_view> suites() const override { return {"concurrency", "transfer"}; }
  std::string_view title() const override { return "A stalled upload does not close its file to others"; }
  std::string_view about() const override {
    return "A client stops in the middle of a PUT that replaces a file. Another one asks for that file, and "
           "a third stores it: both need an answer, whichever. Finds a lock that is held while a client "
           "sends. What is in the answer is `conformance.put_is_whole`'s business. A server that serves one "
           "client at a time is skipped.";
  }
  std::vector<std::string> clauses(const Speech&) const override { return {"6.1"}; }

 private:
  std::string done() const override {
    return "A client sent half of a PUT and stopped. Another one asked for that file, and a third stored it.";
  }
  std::string expected() const override { return "Both get an answer meanwhile."; }

  Finding go_through(CaseContext& context, const OwnFile& file, BftpFiles& writer,
                     BftpFiles& reader) const override {
    const std::string content = trial_content(content_bytes, 0);
    if (const auto stored = writer.store(file.name(), content); !stored.done()) return not_stored(stored);
    if (const auto begun = writer.begin_store(file.name(), content.size()); !begun.done())
      return skipped("the server did not begin a second PUT: " + begun.words);
    writer.send_part(std::string_view(content).substr(0, content.size() / 2));
    context.pause(moment);
    if (const auto got = reader.fetch(file.name()); got.kind == FileAnswer::Kind::lost)
      return broken(
          "while a client had stopped in the middle of a PUT, another asked for that file: " + got.words,
          lock_for_a_stream_cause);
    BftpFiles third(context.visit());
    auto put = third.enter();
    if (put.done()) put = third.store(file.name(), content);
    if (put.kind == FileAnswer::Kind::lost)
      return broken(
          "while a client had stopped in the middle of a PUT, another stored that file: " + put.words,
          lock_for_a_stream_cause);
    return kept("both were answered while a client had stopped in the middle of a PUT");
  }
};

BFTP_REGISTER_CASE(SameFile)

}  // namespace
}  // namespace bftp::torture
