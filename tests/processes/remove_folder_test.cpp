#include "processes/remove_folder.hpp"

#include <gtest/gtest.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <string>

#include "tests/temporary_folder.hpp"

namespace bftp::processes {
namespace {

namespace fs = std::filesystem;

/// As a user for whom permissions count: root passes them by.
template <class Work>
bool as_nobody(const std::string& folder, Work work) {
  constexpr uid_t nobody = 65534;
  if (::geteuid() == 0 && ::chown(folder.c_str(), nobody, nobody) != 0) return false;
  const pid_t child = ::fork();
  if (child == 0) {
    const bool is_user = ::geteuid() != 0 || ::setresuid(nobody, nobody, nobody) == 0;
    ::_exit(is_user && work() ? 0 : 1);
  }
  int status = 1;
  ::waitpid(child, &status, 0);
  return status == 0;
}

TEST(RemoveFolder, TakesFoldersWithoutPermissions) {
  const TemporaryFolder temporary;
  const std::string folder = temporary.path();
  const std::string inside = folder + "/inside";
  EXPECT_TRUE(as_nobody(folder, [&] {
    fs::create_directories(inside + "/locked/deeper");
    std::ofstream(inside + "/locked/deeper/file") << "x";
    std::ofstream(inside + "/file") << "x";
    ::chmod((inside + "/locked/deeper").c_str(), 0);
    ::chmod((inside + "/locked").c_str(), 0);
    return remove_folder(inside).has_value() && !fs::exists(inside);
  }));
  fs::remove_all(folder);
}

TEST(RemoveFolder, TakesAnyDepthWithFewDescriptors) {
  const TemporaryFolder temporary;
  const std::string folder = temporary.path();
  const pid_t child = ::fork();
  if (child == 0) {
    constexpr int levels = 3000;
    bool made = ::chdir(folder.c_str()) == 0;
    for (int level = 0; made && level < levels; ++level) {
      std::ofstream("file") << "x";
      made = ::mkdir("removed-1", 0700) == 0 && ::chdir("removed-1") == 0;
    }
    const rlimit few{32, 32};
    const bool right = made && ::chdir("/") == 0 && ::setrlimit(RLIMIT_NOFILE, &few) == 0 &&
                       remove_folder(folder).has_value() && !fs::exists(folder);
    ::_exit(right ? 0 : 1);
  }
  int status = 1;
  ::waitpid(child, &status, 0);
  EXPECT_EQ(status, 0);
  fs::remove_all(folder);
}

TEST(RemoveFolder, FollowsNoLink) {
  const TemporaryFolder one, two;
  const std::string folder = one.path(), other = two.path();
  std::ofstream(other + "/kept") << "x";
  fs::create_directory_symlink(other, folder + "/link");
  EXPECT_TRUE(remove_folder(folder));
  EXPECT_FALSE(fs::exists(folder));
  EXPECT_TRUE(fs::exists(other + "/kept"));
  EXPECT_TRUE(remove_folder(other + "/kept")) << "a file";
  EXPECT_TRUE(remove_folder(other + "/none")) << "nothing is as good as removed";
  EXPECT_TRUE(remove_folder(other));
}

}  // namespace
}  // namespace bftp::processes
