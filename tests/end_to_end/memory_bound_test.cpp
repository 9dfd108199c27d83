// A server that takes all the memory there is must not take the machine with it.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>

#include "tests/end_to_end/program.hpp"

namespace bftp::end_to_end {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;

Outcome run_within(const std::string& memory, const TemporaryFolder& folder, const std::string& server) {
  std::ofstream(folder.file("plan.toml")) << "[server]\nmemory_max = \"" << memory << "\"\n";
  return torture(short_run(folder, {"--no-control", "--iterations", "3", "--plan", folder.file("plan.toml"),
                                    "--server", server}),
                 folder);
}

TEST(MemoryBound, EndsAServerThatHasMore) {
  const TemporaryFolder folder;
  const auto outcome = run_within(
      "64MiB", folder, executable("bftpd-specimen") + " --fault leak:kib=16384 --port {port} --root {root}");
  EXPECT_EQ(outcome.code, 1) << outcome.out << outcome.err;
  auto found = statuses(folder.file("reports/latest"));
  EXPECT_EQ(found["memory.peak"], "fail") << outcome.out;
  EXPECT_EQ(found["lifecycle.stays_up"], "fail") << outcome.out;
  EXPECT_THAT(read_file(folder.file("reports/latest/run.json")),
              AllOf(HasSubstr("more than the 64.0 MiB that it may have (server.memory_max), and was ended"),
                    HasSubstr("\"of\": \"memory\"")));
}

TEST(MemoryBound, OfAServerThatNeverComesUpIsToldToo) {
  const TemporaryFolder folder;
  const auto outcome = run_within("64MiB", folder, "sh -c 'tail -n 1 </dev/zero' sh {port}");
  EXPECT_EQ(outcome.code, 3) << outcome.out << outcome.err;
  EXPECT_THAT(outcome.err + outcome.out, AllOf(HasSubstr("The server could not be used"),
                                               HasSubstr("more than the 64.0 MiB that it may have")));
}

}  // namespace
}  // namespace bftp::end_to_end
