#include <fmt/format.h>

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "harness/torture/conformance/half_put_case.hpp"
#include "harness/torture/conformance/store_trial.hpp"

namespace bftp::torture {
namespace {

/// More than the buffers between a server and a client that does not read hold.
constexpr std::size_t stored_bytes = 8u << 20;

constexpr const char* waits_for_one_client_cause =
    "Either a lock on the file is held for as long as a client takes to send or to read: write an upload "
    "to a file of another name beside it, which needs no lock, and take one for the rename() alone; for a "
    "GET, open the file, let the lock go, and send from what is open. Or one loop serves all and waits for "
    "this client: make its sockets non-blocking, and send only as much as poll() or epoll says there is "
    "room for.";

class SameFile final : public HalfPutCase {
 public:
  std::string_view id() const override { return "concurrency.same_file"; }
  std::string_view category() const override { return "concurrency"; }
  std::vector<std::string_view> suites() const override { return {"concurrency", "transfer"}; }
  std::string_view title() const override { return "A stalled transfer does not close its file to others"; }
  std::string_view about() const override {
    return "A client asks for a file of 8 MiB and stops reading; then one stops in the middle of a PUT that "
           "replaces that file. Each time another asks for the file, and stores it: both need an answer, "
           "whichever. Finds a lock that is held while a client reads or sends. What is in the answer is "
           "`conformance.put_is_whole`'s business. A server that serves one client at a time is skipped.";
  }
  std::vector<std::string> clauses(const Speech&) const override { return {"6.1"}; }

 private:
  std::string done() const override {
    return "A client began to fetch a file of 8 MiB and stopped reading; then one sent half of a PUT onto it "
           "and stopped. Each time another one asked for that file, and stored it.";
  }
  std::string expected() const override { return "All get an answer meanwhile."; }

  Finding go_through(CaseContext& context, const OwnFile& file, BftpFiles& writer,
                     BftpFiles& reader) const override {
    if (const auto stored = writer.store(file.name(), trial_content(stored_bytes, 0)); !stored.done())
      return not_stored(stored);
    if (const auto begun = reader.begin_fetch(file.name()); !begun.answer.done())
      return broken("GET of a file that was stored: " + begun.answer.words, "");
    context.pause(moment);
    if (auto closed = ask_and_store("while a client had stopped reading a file", file, writer))
      return *std::move(closed);
    // It comes again, on another connection: two clients at a time are enough.
    if (const auto entered = reader.enter(); !entered.done())
      return skipped("a client that came again had no answer: " + entered.words);
    if (const auto begun = writer.begin_store(file.name(), content_bytes); !begun.done())
      return skipped("the server did not begin another PUT: " + begun.words);
    writer.send_part(trial_content(content_bytes / 2, 0));
    context.pause(moment);
    if (auto closed = ask_and_store("while a client had stopped in the middle of a PUT", file, reader))
      return *std::move(closed);
    return kept("all were answered while a client had stopped reading, and in the middle of a PUT");
  }

  /// Nothing if both are answered.
  static std::optional<Finding> ask_and_store(std::string_view when, const OwnFile& file, BftpFiles& other) {
    if (const auto got = other.fetch(file.name()); got.kind == FileAnswer::Kind::lost)
      return broken(fmt::format("{}, another asked for that file: {}", when, got.words),
                    waits_for_one_client_cause);
    if (const auto put = other.store(file.name(), trial_content(content_bytes, 0));
        put.kind == FileAnswer::Kind::lost)
      return broken(fmt::format("{}, another stored that file: {}", when, put.words),
                    waits_for_one_client_cause);
    return std::nullopt;
  }
};

BFTP_REGISTER_CASE(SameFile)

}  // namespace
}  // namespace bftp::torture
