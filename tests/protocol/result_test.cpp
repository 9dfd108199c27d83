#include "protocol/result.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cerrno>

namespace bftp::protocol {
namespace {

using ::testing::HasSubstr;

TEST(SystemError, DerivesTheKindFromTheCode) {
  EXPECT_EQ(system_error(ECONNRESET, "x").kind, ErrorKind::reset);
  EXPECT_EQ(system_error(EPIPE, "x").kind, ErrorKind::reset);
  EXPECT_EQ(system_error(ECONNREFUSED, "x").kind, ErrorKind::refused);
  EXPECT_EQ(system_error(ENOENT, "x").kind, ErrorKind::not_found);
  EXPECT_EQ(system_error(EACCES, "x").kind, ErrorKind::no_permission);
  EXPECT_EQ(system_error(EPERM, "x").kind, ErrorKind::no_permission);
  EXPECT_EQ(system_error(ENOSPC, "x").kind, ErrorKind::no_space);
  EXPECT_EQ(system_error(EDQUOT, "x").kind, ErrorKind::no_space);
  EXPECT_EQ(system_error(ETIMEDOUT, "x").kind, ErrorKind::deadline);
  EXPECT_EQ(system_error(EMFILE, "x").kind, ErrorKind::system);
}

TEST(SystemError, SaysWhatWasTriedAndWhy) {
  const auto error = system_error(ENOENT, "cannot open /nowhere");
  EXPECT_EQ(error.message, "cannot open /nowhere: No such file or directory");
  EXPECT_EQ(error.system_errno, ENOENT);
}

TEST(SystemError, TakesTheCurrentErrno) {
  errno = EPIPE;
  EXPECT_EQ(system_error("x").system_errno, EPIPE);
}

TEST(ErrorKindWords, AreStable) {
  EXPECT_STREQ(to_string(ErrorKind::deadline), "deadline");
  EXPECT_STREQ(to_string(ErrorKind::closed), "closed");
  EXPECT_STREQ(to_string(ErrorKind::reset), "reset");
  EXPECT_STREQ(to_string(ErrorKind::refused), "refused");
  EXPECT_STREQ(to_string(ErrorKind::malformed), "malformed");
  EXPECT_STREQ(to_string(ErrorKind::too_long), "too_long");
  EXPECT_STREQ(to_string(ErrorKind::not_found), "not_found");
  EXPECT_STREQ(to_string(ErrorKind::no_permission), "no_permission");
  EXPECT_STREQ(to_string(ErrorKind::no_space), "no_space");
  EXPECT_STREQ(to_string(ErrorKind::invalid_input), "invalid_input");
  EXPECT_STREQ(to_string(ErrorKind::system), "system");
}

TEST(ResultValue, ThrowsWithTheMessageWhenThereIsNone) {
  const Result<int> none = Error{ErrorKind::closed, "nobody is there"};
  try {
    (void)none.value();
    FAIL() << "no exception";
  } catch (const std::runtime_error& error) {
    EXPECT_THAT(error.what(), HasSubstr("nobody is there"));
  }
}

}  // namespace
}  // namespace bftp::protocol
