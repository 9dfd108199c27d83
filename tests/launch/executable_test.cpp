#include "harness/launch/executable.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <cerrno>
#include <fstream>

#include "tests/temporary_folder.hpp"

namespace bftp::launch {
namespace {

using testing::Contains;
using testing::HasSubstr;

class ExecutableTest : public testing::Test {
 protected:
  std::string make(const std::string& name, const std::string& content, mode_t mode) {
    const auto path = folder_.file(name);
    std::ofstream(path) << content;
    ::chmod(path.c_str(), mode);
    return path;
  }
  std::string problem(const std::string& name, const std::string& path = "/nowhere") {
    const auto found = find_executable(name, path, folder_.path());
    return found ? "found " + *found : found.error().message;
  }
  TemporaryFolder folder_;
};

TEST_F(ExecutableTest, FindsByPathAndByFolder) {
  const auto path = make("server", "#!/bin/sh\n", 0755);
  EXPECT_EQ(*find_executable("server", "/nowhere:" + folder_.path().string(), "/"), path);
  EXPECT_EQ(*find_executable("./server", "", folder_.path()), folder_.file("./server"));
  EXPECT_EQ(*find_executable(path, "", "/"), path);
}

TEST_F(ExecutableTest, SaysWhatIsWrong) {
  make("server", "#!/bin/sh\n", 0755);
  make("script.py", "", 0644);
  EXPECT_THAT(problem(""), HasSubstr("empty"));
  EXPECT_THAT(problem("server"), HasSubstr("is run by './server'"));
  EXPECT_THAT(problem("nothing"), HasSubstr("in no folder of PATH (/nowhere)"));
  EXPECT_THAT(problem("./nothing"), HasSubstr("there is no file"));
  EXPECT_THAT(problem("./script.py"), HasSubstr("chmod +x"));
  EXPECT_THAT(problem("script.py", folder_.path()), HasSubstr("chmod +x"));
  EXPECT_THAT(problem(folder_.path()), HasSubstr("is a folder"));
}

TEST_F(ExecutableTest, ExplainsWhyExecFails) {
  const auto crlf = make("crlf", "#!/usr/bin/python3\r\nprint()\r\n", 0755);
  const auto missing = make("missing", "#!/no/such/interpreter\n", 0755);
  EXPECT_THAT(explain_exec_error(crlf, ENOENT), HasSubstr("CR LF"));
  EXPECT_THAT(explain_exec_error(missing, ENOENT), HasSubstr("/no/such/interpreter"));
  EXPECT_THAT(explain_exec_error("/x", ENOEXEC), HasSubstr("'#!'"));
  EXPECT_THAT(explain_exec_error("/x", ETXTBSY), HasSubstr("busy"));
}

/// A terminal would obey them.
TEST_F(ExecutableTest, ShowsControlCharactersOfNamesAndFirstLines) {
  const auto red = make("red", "#!/\x1b[31m\n", 0755);
  EXPECT_THAT(explain_exec_error(red, ENOENT), HasSubstr("/\\x1b[31m"));
  EXPECT_THAT(problem("\x1b[31m"), HasSubstr("'\\x1b[31m' is in no folder"));
  EXPECT_THAT(problem("./\xff"), HasSubstr("\\xff'"));
}

TEST_F(ExecutableTest, PassesOnAFewVariablesOnly) {
  ::setenv("BFTP_TEST_PRIVATE", "1", 1);
  const auto clean = make_environment(false, {"EXTRA=2"});
  const auto whole = make_environment(true, {});
  ::unsetenv("BFTP_TEST_PRIVATE");
  EXPECT_THAT(clean, Contains("EXTRA=2"));
  EXPECT_THAT(clean, testing::Not(Contains("BFTP_TEST_PRIVATE=1")));
  EXPECT_THAT(whole, Contains("BFTP_TEST_PRIVATE=1"));
  EXPECT_NE(value_of(clean, "PATH", ""), "");
  EXPECT_NE(value_of(clean, "LANG", ""), "");
  EXPECT_EQ(value_of({"A=1", "A=2", "AB=3"}, "A", ""), "2");
  EXPECT_EQ(value_of({}, "A", "none"), "none");
}

}  // namespace
}  // namespace bftp::launch
