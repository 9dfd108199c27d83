#include "harness/cli/open_folder.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>

#include "harness/torture/test_content.hpp"
#include "tests/temporary_folder.hpp"

namespace bftp::cli {
namespace {

namespace fs = std::filesystem;

/// A root, and beside it what belongs to somebody else.
class OpenFolderTest : public ::testing::Test {
 protected:
  OpenFolderTest() {
    fs::create_directory(root_);
    fs::create_directory(others_);
    temporary_.write("others/precious", "precious");
  }

  const TemporaryFolder temporary_;
  const fs::path root_ = temporary_ / "root";
  const fs::path others_ = temporary_ / "others";
};

TEST_F(OpenFolderTest, MakesFilesAnew) {
  const auto root = OpenFolder::open(root_);
  ASSERT_TRUE(root);
  EXPECT_TRUE(root->put({"a", "first"}));
  EXPECT_TRUE(root->put({"a", "second"}));
  EXPECT_EQ(temporary_.read("root/a"), "second");
  const auto part = [](std::uint64_t offset, std::size_t size) {
    return torture::test_content(offset, std::min<std::size_t>(size, 1'000'001 - offset), 0);
  };
  EXPECT_TRUE(root->put_parts("large", part));
  EXPECT_EQ(temporary_.read("root/large"), torture::test_content(0, 1'000'001, 0));
  EXPECT_FALSE(root->put({"no/such/folder", ""}));
}

TEST_F(OpenFolderTest, WhatHasTheNameGoesAndIsNotFollowed) {
  const auto root = OpenFolder::open(root_);
  for (const char* name : {"a", "large", "folder"}) fs::create_symlink(others_ / "precious", root_ / name);
  fs::create_directory_symlink(others_, root_ / "inside");
  fs::create_directories(root_ / "full" / "of" / "folders");
  EXPECT_TRUE(root->put({"a", "ours"}));
  EXPECT_TRUE(root->put_parts(
      "large", [](std::uint64_t offset, std::size_t) { return offset == 0 ? "ours" : std::string(); }));
  EXPECT_TRUE(root->folder("folder"));
  EXPECT_TRUE(root->put({"full", "a file now"}));
  const auto inside = root->folder("inside");
  ASSERT_TRUE(inside);
  EXPECT_TRUE(inside->put({"precious", "ours"}));
  EXPECT_EQ(temporary_.read("others/precious"), "precious");
  EXPECT_EQ(temporary_.read("root/inside/precious"), "ours");
}

TEST_F(OpenFolderTest, ALinkIsNoFolder) {
  fs::create_directory_symlink(others_, temporary_ / "link");
  EXPECT_FALSE(OpenFolder::open(temporary_ / "link"));
  EXPECT_FALSE(OpenFolder::open(temporary_ / "nothing"));
}

TEST_F(OpenFolderTest, StaysWhereItWasOpenedWhateverTakesItsPlace) {
  const auto root = OpenFolder::open(root_);
  fs::rename(root_, temporary_ / "elsewhere");
  fs::create_directory_symlink(others_, root_);
  fs::create_directories(others_ / "folder" / "theirs");
  EXPECT_TRUE(root->put({"precious", "ours"}));
  EXPECT_TRUE(root->put({"folder", "ours"}));
  EXPECT_EQ(temporary_.read("others/precious"), "precious");
  EXPECT_TRUE(fs::exists(others_ / "folder" / "theirs"));
  EXPECT_EQ(temporary_.read("elsewhere/precious"), "ours");
}

}  // namespace
}  // namespace bftp::cli
