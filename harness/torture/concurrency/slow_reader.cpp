#include <fmt/format.h>

#include <chrono>

#include "harness/torture/bftp_files.hpp"
#include "harness/torture/case.hpp"
#include "harness/torture/found.hpp"
#include "harness/torture/large_file.hpp"

namespace bftp::torture {
namespace {

/// Longer than the round numbers of seconds that a whole connection is given.
constexpr std::chrono::seconds reading_time{12};

class SlowReader final : public Case {
 public:
  std::string_view id() const override { return "concurrency.slow_reader"; }
  std::string_view category() const override { return "concurrency"; }
  std::vector<std::string_view> suites() const override { return {"concurrency"}; }
  std::string_view title() const override { return "A client that reads slowly gets the whole file"; }
  std::string_view about() const override {
    return "Fetches a file of 16 MiB by a client that reads for twelve seconds, a little each quarter of a "
           "second, and then the rest. Finds a time limit on the whole connection or transfer, which a slow "
           "network meets as well: a limit belongs on the time in which nothing at all goes on. Finds, "
           "too, a block that is sent twice or left out where a client is slow. Of an attached server the "
           "large file is a fixture of 8 MiB or more.";
  }
  bool applies_to(const Speech& speech) const override { return speech.dialect() == "bftp"; }
  record::CaseDemand demand(const Speech&) const override { return record::CaseDemand::must; }
  std::vector<std::string> clauses(const Speech&) const override { return {"4.1", "4.10"}; }

  Finding run(CaseContext& context) const override {
    auto finding = go_through(context);
    finding.done = "A client fetched a large file and read slowly, for twelve seconds, and then the rest.";
    finding.expected = "All bytes of the file, however long the client takes while it reads on.";
    return finding;
  }

 private:
  static Finding go_through(CaseContext& context) {
    const auto& large = context.files().large;
    if (large.empty())
      return skipped("no file is known that is larger than the buffers between a server and a client");
    BftpFiles client(context.visit());
    if (const auto entered = client.enter(); !entered.done()) return skipped(entered.words);
    const auto begun = client.begin_fetch(large);
    if (!begun.answer.done()) return skipped("the large file did not come at all: " + begun.answer.words);
    const auto start = context.now();
    const auto got = client.end_fetch_slowly(begun.size, reading_time);
    if (got.done()) {
      const auto wrong = first_wrong_byte(context.files(), got.content);
      if (!wrong) return kept(fmt::format("all {} bytes came", begun.size));
      return broken(fmt::format("{} bytes came, and from byte {} on they are not those of the file",
                                begun.size, *wrong),
                    wrong_blocks_cause);
    }
    const auto took = std::chrono::duration_cast<std::chrono::seconds>(context.now() - start);
    return broken(
        fmt::format("a client that read slowly did not get the file: {} (seen {} s after it had begun)",
                    got.words, took.count()),
        "A time limit on the whole connection or transfer: SetDeadline() once after accept(), alarm(), "
        "a timer that nothing sets anew. Set it anew each time some bytes have gone, so that it only "
        "ends clients with which nothing goes on.");
  }
};

BFTP_REGISTER_CASE(SlowReader)

}  // namespace
}  // namespace bftp::torture
