// What only refused requests, broken transfers, half-open connections and many clients bring to light.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/end_to_end/program.hpp"

namespace bftp::end_to_end {
namespace {

using ::testing::Contains;
using ::testing::Not;

struct HiddenFault {
  const char* name;
  const char* fault;
  const char* check;
  const char* phases;
};

class FoundByAPhase : public ::testing::TestWithParam<HiddenFault> {};

TEST_P(FoundByAPhase, IsFailedByItsOwnCheck) {
  const TemporaryFolder folder;
  const std::string server =
      executable("bftpd-specimen") + " --fault " + GetParam().fault + " --port {port} --root {root}";
  const Outcome outcome =
      torture(short_run(folder, {"--server", server, "--iterations", "4", "--rounds", "4", "--fixtures",
                                 "every_byte.bin,db.csv", "--db-size", "16MiB", "--idle", "1s", "--stall",
                                 "1s", "--phases", GetParam().phases}),
              folder);
  EXPECT_EQ(outcome.code, 1) << outcome.out << outcome.err;
  EXPECT_THAT(failed_checks(folder.file("reports/latest")), Contains(GetParam().check)) << outcome.out;
  EXPECT_THAT(failed_checks(folder.file("reports/latest")), Not(Contains("memory.leak"))) << outcome.out;
}

INSTANTIATE_TEST_SUITE_P(
    Hidden, FoundByAPhase,
    ::testing::Values(
        HiddenFault{"MemoryOnErrors", "leak_on_error", "memory.leak_on_errors", "refusals"},
        HiddenFault{"MemoryOnAborts", "leak_on_abort", "memory.leak_on_aborts", "aborts"},
        HiddenFault{"DescriptorsOnErrors", "leak_descriptor_on_error", "handles.leak_on_errors", "refusals"},
        HiddenFault{"DescriptorsOnAborts", "leak_descriptor_on_abort", "handles.leak_on_aborts", "aborts"},
        HiddenFault{"MemoryOnRanges", "leak_on_range", "memory.leak_on_other_verbs", "other-verbs"},
        HiddenFault{"DescriptorsOnListings", "leak_descriptor_on_list", "handles.leak_on_other_verbs",
                    "other-verbs"},
        HiddenFault{"DescriptorsOnReplacing", "leak_descriptor_on_replace", "handles.leak_on_replacements",
                    "replacements"},
        HiddenFault{"PartsOfPuts", "part_stays", "handles.files", "aborts"},
        HiddenFault{"SlowAfterAborts", "slow_after_abort:ms=20", "uniformity.afterwards",
                    "crowd,half-open,stalled,afterwards"},
        HiddenFault{"SpinsAfterAborts", "spin_after_abort", "cpu.after_aborts", "idle,aborts"},
        HiddenFault{"SpinsWhileOpen", "spin_open", "cpu.half_open", "idle,half-open"}),
    [](const auto& hidden) { return std::string(hidden.param.name); });

}  // namespace
}  // namespace bftp::end_to_end
