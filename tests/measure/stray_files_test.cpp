#include "harness/measure/stray_files.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include "tests/temporary_folder.hpp"

namespace bftp::measure {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

class StrayFilesTest : public ::testing::Test {
 protected:
  void make(const std::string& name) {
    const std::filesystem::path path = std::filesystem::path(root_) / name;
    std::filesystem::create_directories(path.parent_path());
    std::ofstream(path) << "x";
  }

  const TemporaryFolder folder_;
  const std::string root_ = folder_.path();
};

TEST_F(StrayFilesTest, NothingInARootAsItWas) {
  make("book.txt");
  make("sub/deep/table.csv");
  const auto found = stray_files(root_, {"book.txt", "sub/deep/table.csv"});
  EXPECT_TRUE(found.known);
  EXPECT_TRUE(found.complete);
  EXPECT_EQ(found.count, 0u);
  EXPECT_THAT(found.names, IsEmpty());
}

TEST_F(StrayFilesTest, TellsWhatWasAddedInOrder) {
  make("book.txt");
  make("upload-1.tmp");
  make(".hidden");
  make("spool/part");
  const auto found = stray_files(root_, {"book.txt"});
  EXPECT_EQ(found.count, 4u) << "the folder counts too";
  EXPECT_THAT(found.names, ElementsAre(".hidden", "spool", "spool/part", "upload-1.tmp"));
}

TEST_F(StrayFilesTest, AFolderThatWasThereCountsWithWhatLiesInItAlone) {
  make("book.txt");
  std::filesystem::create_directories(root_ + "/.part-x1");
  auto expected = folders_in(root_);
  EXPECT_THAT(expected, ElementsAre(".part-x1"));
  expected.emplace_back("book.txt");
  EXPECT_EQ(stray_files(root_, expected).count, 0u);
  make(".part-x1/part");
  std::filesystem::create_directories(root_ + "/later");
  EXPECT_THAT(stray_files(root_, expected).names, ElementsAre(".part-x1/part", "later"));
  EXPECT_THAT(folders_in(root_ + "/none"), IsEmpty());
}

TEST_F(StrayFilesTest, IsBoundedAndEscapes) {
  for (int i = 0; i < 30; ++i) make("many-" + std::to_string(100 + i));
  make("a\n\xff<b>");
  const auto found = stray_files(root_, {}, {.entries_max = 1000, .names_max = 2, .name_bytes_max = 8});
  EXPECT_EQ(found.count, 31u);
  EXPECT_THAT(found.names, ElementsAre("a\\x0a\\xff<b>", "many-100"));
  const auto cut = stray_files(root_, {}, {.entries_max = 10, .names_max = 2});
  EXPECT_FALSE(cut.complete);
  EXPECT_EQ(cut.count, 10u);
}

TEST_F(StrayFilesTest, DoesNotFollowLinksOutOfTheRoot) {
  std::filesystem::create_directory_symlink("/", root_ + "/everything");
  const auto found = stray_files(root_, {});
  EXPECT_EQ(found.count, 1u);
  EXPECT_THAT(found.names, ElementsAre("everything"));
}

TEST_F(StrayFilesTest, ARootThatCannotBeReadIsUnknown) {
  EXPECT_FALSE(stray_files(root_ + "/none", {}).known);
  EXPECT_FALSE(stray_files("", {}).known);
}

}  // namespace
}  // namespace bftp::measure
