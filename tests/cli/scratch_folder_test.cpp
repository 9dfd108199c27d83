#include "harness/cli/scratch_folder.hpp"

#include <gtest/gtest.h>

#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "tests/temporary_folder.hpp"

namespace bftp::cli {
namespace {

namespace fs = std::filesystem;

/// TMPDIR is a folder of the test's own while it lives.
class ScratchFolderTest : public ::testing::Test {
 protected:
  ScratchFolderTest() {
    if (const char* before = std::getenv("TMPDIR")) before_ = before;
    ::setenv("TMPDIR", base_.c_str(), 1);
  }
  ~ScratchFolderTest() override {
    before_.empty() ? ::unsetenv("TMPDIR") : ::setenv("TMPDIR", before_.c_str(), 1);
  }

  /// What a killed run leaves: a folder with content, old, that nobody holds.
  fs::path leave_behind(const std::string& name) {
    const fs::path left = base_ / name;
    fs::create_directories(left / "root");
    std::ofstream(left / "root/db.csv") << "id";
    std::ofstream(left / "owner");
    grow_old(left);
    return left;
  }
  static void grow_old(const fs::path& folder) {
    fs::last_write_time(folder, fs::file_time_type::clock::now() - std::chrono::hours(1));
  }

  const TemporaryFolder folder_;
  const fs::path base_ = folder_.path();
  std::string before_;
};

TEST_F(ScratchFolderTest, GoesWithItsContent) {
  std::string path;
  {
    const auto scratch = ScratchFolder::create().value();
    path = scratch->path();
    fs::create_directory(path + "/root");
    std::ofstream(path + "/root/file") << "x";
    EXPECT_TRUE(fs::is_directory(path));
  }
  EXPECT_FALSE(fs::exists(path));
}

TEST_F(ScratchFolderTest, HasAWholePathWhateverTheVariableSays) {
  const fs::path here = fs::current_path();
  fs::create_directory(base_ / "below");
  fs::current_path(base_);
  ::setenv("TMPDIR", "below", 1);
  const auto scratch = ScratchFolder::create().value();
  fs::current_path(here);
  EXPECT_TRUE(fs::path(scratch->path()).is_absolute()) << scratch->path();
  EXPECT_TRUE(fs::is_directory(scratch->path()));
}

TEST_F(ScratchFolderTest, RemovesWhatAKilledRunLeft) {
  const fs::path left = leave_behind("bftp-torture-abcdef");
  const auto scratch = ScratchFolder::create().value();
  EXPECT_FALSE(fs::exists(left));
}

TEST_F(ScratchFolderTest, LeavesTheFoldersOfTheLivingAndOfOthersAlone) {
  const auto living = ScratchFolder::create().value();
  grow_old(living->path());
  const fs::path stranger = leave_behind("bftp-torture-of-somebody-else");
  const fs::path fresh = base_ / "bftp-torture-fresh1";
  fs::create_directory(fresh);
  const auto scratch = ScratchFolder::create().value();
  EXPECT_TRUE(fs::exists(living->path()));
  EXPECT_TRUE(fs::exists(stranger));
  EXPECT_TRUE(fs::exists(fresh)) << "its maker may not have locked it yet";
}

TEST_F(ScratchFolderTest, LeavesAFolderThatNobodyEverLockedAlone) {
  const fs::path unlocked = leave_behind("bftp-torture-abcdef");
  fs::remove(unlocked / "owner");
  grow_old(unlocked);
  const auto scratch = ScratchFolder::create().value();
  EXPECT_TRUE(fs::exists(unlocked / "root/db.csv")) << "an older version may be at work in it";
}

TEST_F(ScratchFolderTest, FollowsNoLink) {
  const fs::path precious = leave_behind("precious");
  fs::create_directory_symlink(precious, base_ / "bftp-torture-linked");
  const auto scratch = ScratchFolder::create().value();
  EXPECT_TRUE(fs::exists(precious / "root/db.csv"));
}

}  // namespace
}  // namespace bftp::cli
