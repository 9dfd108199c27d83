#include "server_under_test/root_folder.hpp"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <stdio.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <cerrno>
#include <thread>

#include "running_server.hpp"

namespace bftp::server::testing {
namespace {

namespace fs = std::filesystem;
using protocol::ReplyCode;
using protocol::VirtualPath;

std::string content_of(int fd) {
  std::array<char, 64> block;
  const ssize_t got = ::pread(fd, block.data(), block.size(), 0);
  return got < 0 ? "(unreadable)" : std::string(block.data(), static_cast<std::size_t>(got));
}

class RootFolderTest : public ::testing::TestWithParam<bool> {
 protected:
  RootFolderTest() {
    outside_.write("name", "outside");
    fs::create_directory(folder_ / "inner");
    folder_.write("inner/name", "inside");
    auto root = RootFolder::open(folder_.path().string(), GetParam());
    EXPECT_TRUE(root);
    root_ = std::move(*root);
  }

  int code(const std::string& path) const {
    const auto file = root_->open_file(VirtualPath{path});
    return file ? 0 : static_cast<int>(file.error().code);
  }

  TemporaryFolder folder_;
  TemporaryFolder outside_;
  std::unique_ptr<RootFolder> root_;
};

TEST_P(RootFolderTest, OpensFilesWithTheirSize) {
  const auto file = root_->open_file(VirtualPath{"/inner/name"});
  ASSERT_TRUE(file);
  EXPECT_EQ(file->size, 6U);
  EXPECT_EQ(content_of(file->fd.get()), "inside");
}

TEST_P(RootFolderTest, FollowsLinksOnlyWhileTheyStayInside) {
  const auto link = [this](const fs::path& target, std::string_view name) {
    fs::create_symlink(target, folder_ / name);
    return code("/" + std::string(name));
  };
  EXPECT_EQ(link("inner/name", "plain"), 0);
  EXPECT_EQ(link("inner/../inner/./name", "dotted"), 0);
  EXPECT_EQ(link("plain", "chain"), 0);
  EXPECT_EQ(link(folder_ / "inner/name", "absolute"), 0);
  EXPECT_EQ(link(folder_.path() / ".." / folder_.path().filename() / "inner/name", "around"), 0);
  EXPECT_EQ(link("../" + folder_.path().filename().string() + "/inner/name", "out_and_in"), 0);
  EXPECT_EQ(link("../" + outside_.path().filename().string() + "/name", "climbs"), 403);
  EXPECT_EQ(link(outside_ / "name", "absolute_out"), 403);
  EXPECT_EQ(link(folder_.path().string() + "-not/name", "same_beginning"), 403);
  EXPECT_EQ(link("/", "slash"), 403);
  EXPECT_EQ(link("/proc/self/root/etc/passwd", "magic"), 403);
  EXPECT_EQ(link(".", "itself"), 409);
  EXPECT_EQ(link("ring", "ring"), 403);
  EXPECT_EQ(link("nowhere", "dangling"), 404);
  fs::create_directory_symlink("inner", folder_ / "via");
  EXPECT_EQ(code("/via/name"), 0);
  EXPECT_EQ(code("/itself/itself/inner/name"), 0);
}

TEST_P(RootFolderTest, ALinkThatMovesOntoTheFileItLeadsToLeavesTheFile) {  // 5.5
  fs::create_symlink("inner", folder_ / "way");
  fs::create_symlink("way/name", folder_ / "link");
  fs::create_symlink("link", folder_ / "chain");
  fs::create_symlink("link", folder_ / "other");
  const auto move = [this](const std::string& from, const std::string& to) {
    return root_->move(VirtualPath{from}, VirtualPath{to}).has_value();
  };
  EXPECT_TRUE(move("/link", "/link"));
  EXPECT_TRUE(move("/chain", "/other"));
  EXPECT_FALSE(fs::is_symlink(folder_ / "chain"));
  EXPECT_TRUE(move("/other", "/link"));
  EXPECT_FALSE(fs::is_symlink(folder_ / "other"));
  EXPECT_EQ(code("/link"), 0);
  EXPECT_TRUE(move("/link", "/inner/name"));
  EXPECT_FALSE(fs::is_symlink(folder_ / "link"));
  EXPECT_EQ(folder_.read("inner/name"), "inside");
  EXPECT_FALSE(fs::is_symlink(folder_ / "inner/name"));
}

TEST_P(RootFolderTest, AFolderMovedOutWhileItIsReachedThroughALinkStaysOut) {
  fs::create_symlink("inner/../inner/name", folder_ / "link");
  EXPECT_EQ(code("/link"), 0);
  fs::rename(folder_ / "inner", outside_ / "inner");
  fs::create_symlink(outside_ / "inner", folder_ / "inner");
  EXPECT_EQ(code("/link"), 403);
  EXPECT_EQ(code("/inner/name"), 403);
}

TEST_P(RootFolderTest, NoRaceOfSwappedLinksLeadsOut) {  // 3.2
  fs::create_directory_symlink(outside_.path(), folder_ / "swap");
  std::atomic<bool> done = false;
  std::thread swapper([&] {
    while (!done)
      ::renameat2(AT_FDCWD, (folder_ / "inner").c_str(), AT_FDCWD, (folder_ / "swap").c_str(),
                  RENAME_EXCHANGE);
  });
  int inside = 0;
  const auto deadline = soon();
  for (int i = 0; (i < 20'000 || inside == 0) && !deadline.expired(); ++i) {
    const auto file = root_->open_file(VirtualPath{"/inner/name"});
    if (!file) continue;
    ++inside;
    ASSERT_EQ(content_of(file->fd.get()), "inside");
  }
  done = true;
  swapper.join();
  EXPECT_GT(inside, 0);
}

TEST_P(RootFolderTest, NoRaceOfAPutLeadsOut) {  // 3.2
  fs::create_directory_symlink(outside_.path(), folder_ / "swap");
  std::atomic<bool> done = false;
  std::thread swapper([&] {
    while (!done)
      ::renameat2(AT_FDCWD, (folder_ / "inner").c_str(), AT_FDCWD, (folder_ / "swap").c_str(),
                  RENAME_EXCHANGE);
  });
  for (int i = 0; i < 5'000; ++i) {
    static_cast<void>(root_->make_folder(VirtualPath{"/inner/made"}));
    static_cast<void>(root_->remove_folder(VirtualPath{"/inner/made"}));
    static_cast<void>(root_->remove_file(VirtualPath{"/swap/name"}));
  }
  done = true;
  swapper.join();
  EXPECT_THAT(outside_.names(), ::testing::ElementsAre("name"));
}

TEST_P(RootFolderTest, AMissingRootIsAnError) {
  const auto missing = RootFolder::open((folder_ / "missing").string(), GetParam());
  ASSERT_FALSE(missing);
  EXPECT_EQ(missing.error().kind, protocol::ErrorKind::not_found);
  EXPECT_THAT(missing.error().message, ::testing::HasSubstr("missing"));
}

INSTANTIATE_TEST_SUITE_P(Resolvers, RootFolderTest, ::testing::Bool(),
                         [](const auto& test) { return test.param ? "openat2" : "by_hand"; });

TEST(RefusalForErrno, FollowsClause413) {
  const auto code = [](int number) {
    return refusal_for(number).code;
  };
  EXPECT_EQ(code(ENOENT), ReplyCode::not_found);
  EXPECT_EQ(code(ENOTDIR), ReplyCode::not_found);
  EXPECT_EQ(code(EXDEV), ReplyCode::forbidden);
  EXPECT_EQ(code(EACCES), ReplyCode::forbidden);
  EXPECT_EQ(code(EROFS), ReplyCode::forbidden);
  EXPECT_EQ(code(EISDIR), ReplyCode::wrong_kind);
  EXPECT_EQ(code(ENOTEMPTY), ReplyCode::wrong_kind);
  EXPECT_EQ(code(ENOSPC), ReplyCode::out_of_space);
  EXPECT_EQ(code(EDQUOT), ReplyCode::out_of_space);
  EXPECT_EQ(code(EIO), ReplyCode::server_failed);
}

}  // namespace
}  // namespace bftp::server::testing
