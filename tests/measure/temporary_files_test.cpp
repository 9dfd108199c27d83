#include "harness/measure/temporary_files.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include "tests/temporary_folder.hpp"

namespace bftp::measure {
namespace {

using ::testing::ElementsAre;

class TemporaryFilesTest : public ::testing::Test {
 protected:
  void make(const std::string& name, std::size_t size) {
    const std::filesystem::path path = std::filesystem::path(folder_) / name;
    std::filesystem::create_directories(path.parent_path());
    std::ofstream(path) << std::string(size, 'x');
  }

  const TemporaryFolder temporary_;
  const std::string folder_ = temporary_.path();
};

TEST_F(TemporaryFilesTest, AreCountedWithWhatTheyTakeOfTheDisk) {
  make("a", 100'000);
  make("sub/b", 50'000);
  const auto found = temporary_files(folder_);
  EXPECT_TRUE(found.known && found.complete);
  EXPECT_EQ(found.count, 3U) << "folders too";
  EXPECT_THAT(found.names, ElementsAre("a", "sub", "sub/b"));
  EXPECT_GE(found.bytes, 150'000U);
  EXPECT_LT(found.bytes, 500'000U);
  EXPECT_FALSE(found.outgrown);
}

TEST_F(TemporaryFilesTest, OfNoLengthOnTheDiskWeighNothing) {
  make("sparse", 0);
  std::filesystem::resize_file(folder_ + "/sparse", 1ull << 30);
  std::filesystem::create_symlink("/usr", folder_ + "/link");
  const auto found = temporary_files(folder_);
  EXPECT_EQ(found.count, 2U);
  EXPECT_LT(found.bytes, 1u << 20) << "a link is not followed";
}

TEST_F(TemporaryFilesTest, AreALowerBoundWhereThereAreTooMany) {
  for (const char* name : {"a", "b", "c"}) make(name, 5'000);
  const auto found = temporary_files(folder_, {.entries_max = 2});
  EXPECT_FALSE(found.complete);
  EXPECT_GT(found.bytes, 0U);
}

TEST_F(TemporaryFilesTest, OfAFolderThatALinkTookThePlaceOfAreNone) {
  std::filesystem::create_symlink("/usr", folder_ + "/link");
  make("file", 50'000);
  for (const char* name : {"/link", "/file"}) {
    EXPECT_FALSE(folder_use(folder_ + name).beyond(0)) << "not the same as too much";
    EXPECT_TRUE(is_no_folder(folder_ + name));
  }
  EXPECT_FALSE(is_no_folder(folder_));
  EXPECT_FALSE(is_no_folder(folder_ + "/none"));
}

/// A path of 300 levels is longer than a path may be: only names lead there.
TEST_F(TemporaryFilesTest, NestedTooDeeplyAreNotFollowedToTheirEnd) {
  std::string deep;
  for (int level = 0; level < 300; ++level) deep += "d/";
  make(deep + "file", 50'000);
  const FolderUse use = folder_use(folder_);
  EXPECT_FALSE(use.complete);
  EXPECT_TRUE(use.beyond(1u << 30)) << "what cannot be looked at whole is too much";
  EXPECT_FALSE(folder_use(folder_ + "/none").beyond(0)) << "nothing there, nothing used";
}

TEST_F(TemporaryFilesTest, AreUnknownWithoutAFolder) {
  EXPECT_FALSE(temporary_files(folder_ + "/none").known);
  EXPECT_TRUE(temporary_files(folder_).known);
  EXPECT_EQ(temporary_files(folder_).bytes, 0U);
}

}  // namespace
}  // namespace bftp::measure
