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
};

class FoundByAPhase : public ::testing::TestWithParam<HiddenFault> {};

TEST_P(FoundByAPhase, IsFailedByItsOwnCheck) {
  const TemporaryFolder folder;
  const std::string server =
      executable("bftpd-specimen") + " --fault " + GetParam().fault + " --port {port} --root {root}";
  const Outcome outcome = torture(
      short_run(folder, {"--server", server, "--iterations", "4", "--rounds", "4", "--fixtures",
                         "every_byte.bin,db.csv", "--db-size", "16MiB", "--idle", "1s", "--stall", "1s"}),
      folder);
  EXPECT_EQ(outcome.code, 1) << outcome.out << outcome.err;
  EXPECT_THAT(failed_checks(folder.file("reports/latest")), Contains(GetParam().check)) << outcome.out;
  EXPECT_THAT(failed_checks(folder.file("reports/latest")), Not(Contains("memory.leak"))) << outcome.out;
}

INSTANTIATE_TEST_SUITE_P(
    Hidden, FoundByAPhase,
    ::testing::Values(
        HiddenFault{"MemoryOnErrors", "leak_on_error", "memory.leak_on_errors"},
        HiddenFault{"MemoryOnAborts", "leak_on_abort", "memory.leak_on_aborts"},
        HiddenFault{"DescriptorsOnErrors", "leak_descriptor_on_error", "handles.leak_on_errors"},
        HiddenFault{"DescriptorsOnAborts", "leak_descriptor_on_abort", "handles.leak_on_aborts"},
        HiddenFault{"MemoryOnRanges", "leak_on_range", "memory.leak_on_other_verbs"},
        HiddenFault{"DescriptorsOnListings", "leak_descriptor_on_list", "handles.leak_on_other_verbs"},
        HiddenFault{"DescriptorsOnReplacing", "leak_descriptor_on_replace", "handles.leak_on_replacements"},
        HiddenFault{"PartsOfPuts", "part_stays", "handles.files"},
        HiddenFault{"SlowAfterAborts", "slow_after_abort:ms=20", "uniformity.afterwards"},
        HiddenFault{"SpinsAfterAborts", "spin_after_abort", "cpu.after_aborts"},
        HiddenFault{"SpinsWhileOpen", "spin_open", "cpu.half_open"}),
    [](const auto& hidden) { return std::string(hidden.param.name); });

}  // namespace
}  // namespace bftp::end_to_end
