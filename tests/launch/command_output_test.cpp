#include "harness/launch/command_output.hpp"

#include <gtest/gtest.h>

namespace bftp::launch {
namespace {

TEST(CommandOutput, IsWhatTheProgramPrints) {
  EXPECT_EQ(output_of({"echo", "a  b"}), "a  b\n");
  EXPECT_EQ(output_of({"sh", "-c", "echo no >&2; echo yes"}), "yes\n");
  EXPECT_EQ(output_of({"cat"}), "") << "its input is empty";
}

TEST(CommandOutput, IsNothingWhenItFails) {
  EXPECT_EQ(output_of({"no-such-program-at-all"}), std::nullopt);
  EXPECT_EQ(output_of({"false"}), std::nullopt);
  EXPECT_EQ(output_of({}), std::nullopt);
}

TEST(CommandOutput, IsBoundedInTimeAndSize) {
  EXPECT_EQ(output_of({"sleep", "1000"}, std::chrono::milliseconds(50)), std::nullopt);
  EXPECT_EQ(output_of({"yes"}), std::nullopt);
  EXPECT_EQ(output_of({"sh", "-c", "exec >&-; exec sleep 1000"}, std::chrono::milliseconds(200)),
            std::nullopt)
      << "one that says nothing more and does not end";
}

}  // namespace
}  // namespace bftp::launch
