#include "server_under_test/temporary_name.hpp"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/file.h>

#include "running_server.hpp"

namespace bftp::server::testing {
namespace {

TEST(TemporaryName, IsNewEachTimeAndRecognised) {
  const auto first = next_temporary_name();
  EXPECT_NE(first, next_temporary_name());
  EXPECT_TRUE(is_temporary_name(first));
}

TEST(TemporaryName, OrdinaryNamesAreNone) {
  for (const auto* name : {"", ".bftpd", ".bftpd-.part", "x.part", ".bftpd-1-1.part.txt", "a.bftpd-1-1.part",
                           ".bftpd-my notes.part", ".bftpd-1.part", ".bftpd-1-.part", ".bftpd--1.part",
                           ".bftpd-1-1-1.part", ".bftpd-1-x.part", ".bftpd-part"})
    EXPECT_FALSE(is_temporary_name(name)) << name;
}

TEST(TemporaryName, IsFoundAnywhereInAPath) {
  EXPECT_TRUE(leads_through_temporary("/.bftpd-1-1.part"));
  EXPECT_TRUE(leads_through_temporary("/a/.bftpd-1-1.part/b"));
  EXPECT_TRUE(leads_through_temporary("/.bftpd-/.bftpd-1-1.part"));
  EXPECT_FALSE(leads_through_temporary("/a.bftpd-1-1.part"));
  EXPECT_FALSE(leads_through_temporary("/.bftpd-1/1.part"));
}

/// The steps of a server that starts, at every moment between the steps of one that begins an upload.
TEST(Orphans, AClaimTellsWhetherTheFileIsStillOurs) {
  TemporaryFolder root;
  const auto path = root / next_temporary_name();
  const auto open_again = [&path] {
    return protocol::UniqueFd(::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600));
  };
  const protocol::UniqueFd folder(::open(root.path().c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));

  const auto claimed = open_again();
  const auto about = claim(claimed.get());
  ASSERT_TRUE(about.has_value());
  EXPECT_EQ(about->st_mode & ACCESSPERMS, 0600U);
  EXPECT_EQ(remove_orphans(folder.get()), 0) << "claimed before the other server came";

  const auto being_removed = open_again();
  EXPECT_FALSE(claim(being_removed.get()).has_value()) << "the other server has it locked";

  std::filesystem::remove(path);
  const auto removed = open_again();
  EXPECT_EQ(remove_orphans(folder.get()), 1);
  EXPECT_FALSE(claim(removed.get()).has_value()) << "the other server has come and gone";
}

TEST(Orphans, AreRemovedUnlessSomebodyHasLockedThem) {
  TemporaryFolder root;
  TemporaryFolder elsewhere;
  std::filesystem::create_directories(root / "deep/er");
  for (const auto* name : {".bftpd-1-1.part", "deep/er/.bftpd-1-2.part", "deep/.bftpd-1-3.part", "deep/kept",
                           "deep/.bftpd-my notes.part"})
    root.write(name, "x");
  elsewhere.write(".bftpd-1-1.part", "not ours");
  std::filesystem::create_directory_symlink(elsewhere.path(), root / "link");
  const protocol::UniqueFd running(::open((root / "deep/.bftpd-1-3.part").c_str(), O_WRONLY | O_CLOEXEC));
  ASSERT_EQ(::flock(running.get(), LOCK_EX), 0);
  const protocol::UniqueFd fd(::open(root.path().c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  EXPECT_EQ(remove_orphans(fd.get()), 2);
  EXPECT_THAT(root.names(),
              ::testing::ElementsAre("deep", "deep/.bftpd-1-3.part", "deep/.bftpd-my notes.part", "deep/er",
                                     "deep/kept", "link"));
  EXPECT_THAT(elsewhere.names(), ::testing::ElementsAre(".bftpd-1-1.part"));
}

}  // namespace
}  // namespace bftp::server::testing
