#include "harness/cli/standard_streams.hpp"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

namespace bftp::cli {
namespace {

/// What a child's next file gets for a number that was started without `missing`.
int first_number_without(std::initializer_list<int> missing) {
  const int child = ::fork();
  if (child == 0) {
    for (const int stream : missing) ::close(stream);
    open_missing_streams();
    ::_exit(::open("/dev/zero", O_RDONLY | O_CLOEXEC));
  }
  int status = 0;
  ::waitpid(child, &status, 0);
  return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

TEST(StandardStreams, AreNoFileOfOurs) {
  EXPECT_GT(first_number_without({2}), 2);
  EXPECT_GT(first_number_without({0, 2}), 2);
  EXPECT_GT(first_number_without({0, 1, 2}), 2);
}

TEST(StandardStreams, StayAsTheyAre) {
  const int before = ::fcntl(STDERR_FILENO, F_GETFL);
  open_missing_streams();
  EXPECT_EQ(::fcntl(STDERR_FILENO, F_GETFL), before);
}

}  // namespace
}  // namespace bftp::cli
