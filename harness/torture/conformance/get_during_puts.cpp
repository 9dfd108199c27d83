#include <fmt/format.h>

#include <string>
#include <string_view>

#include "harness/torture/conformance/half_put_case.hpp"
#include "harness/torture/conformance/store_trial.hpp"

namespace bftp::torture {
namespace {

/// The gap between two steps of a server's is short: it is looked for again and again.
constexpr int replacements = 40;
/// For all of them, where a server takes its time to put a file in place.
constexpr std::chrono::seconds replacing_max{3};

class GetDuringPuts final : public HalfPutCase {
 public:
  std::string_view id() const override { return "conformance.get_during_puts"; }
  std::string_view title() const override { return "A file is there while a PUT takes its place"; }
  std::string_view about() const override {
    return "A client replaces a file of 300 kB, 40 times or for 3 s, with other content of the same length; "
           "the moment it has sent the last byte, before the server's answer, another one fetches the file "
           "and has to get the old content or the new. Finds a server that removes the old file before it "
           "puts the new one in its place. Removes the file. A server that serves one client at a time is "
           "skipped.";
  }
  std::vector<std::string> clauses(const Speech&) const override { return {"4.8"}; }

 private:
  std::string done() const override {
    return "A client replaced a file again and again; another one fetched it at the moment when the last "
           "byte had been sent.";
  }
  std::string expected() const override { return "The old content or the new, whole, each time."; }

  Finding go_through(CaseContext& context, const OwnFile& file, BftpFiles& writer,
                     BftpFiles& reader) const override {
    const std::string contents[] = {trial_content(content_bytes, 0), trial_content(content_bytes, 1)};
    if (const auto stored = writer.store(file.name(), contents[0]); !stored.done()) return not_stored(stored);
    const auto start = context.now();
    int times = 0;
    while (times < replacements && context.now() - start < replacing_max) {
      const std::string& fresh = contents[(times + 1) % 2];
      const auto begun = writer.begin_store(file.name(), content_bytes);
      if (begun.refuses() && times > 0) break;
      if (!begun.done()) return skipped("the server did not begin another PUT: " + begun.words);
      writer.send_part(fresh);
      const auto got = reader.fetch(file.name());
      const auto stored = writer.hear_stored();
      ++times;
      if (got.kind == FileAnswer::Kind::busy)
        return skipped("the other client was turned away: " + got.words);
      if (!got.done())
        return broken(fmt::format("while PUT number {} took its place, another client asked for the file: {}",
                                  times, got.words),
                      gap_cause);
      if (got.content != contents[0] && got.content != contents[1])
        return broken(fmt::format("while PUT number {} took its place, another client got a mixture, or a "
                                  "part: {} bytes of {}",
                                  times, got.content.size(), content_bytes),
                      gap_cause);
      if (stored.refuses()) break;
      if (!stored.done()) return broken(fmt::format("PUT number {}: {}", times, stored.words), "");
    }
    return kept(fmt::format("the file was there, whole, during all {} replacements", times));
  }

  static constexpr const char* gap_cause =
      "Between removing the old file, or cutting it, and the new one's being there is a moment without a "
      "file. Write the upload to a file of another name beside it, and rename() that onto the name: it takes "
      "the place of the old one in one step, so do not remove that before.";
};

BFTP_REGISTER_CASE(GetDuringPuts)

}  // namespace
}  // namespace bftp::torture
