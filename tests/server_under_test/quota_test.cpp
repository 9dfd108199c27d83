#include "server_under_test/quota.hpp"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <limits>

#include "running_server.hpp"

namespace bftp::server::testing {
namespace {

class QuotaTest : public ::testing::Test {
 protected:
  TemporaryFolder folder_;
  protocol::UniqueFd root_{::open(folder_.path().c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC)};
};

TEST_F(QuotaTest, WithoutABoundEverythingFits) {
  Quota quota(root_.get(), 0);
  EXPECT_FALSE(quota.is_bounded());
  EXPECT_TRUE(quota.promise(std::numeric_limits<std::int64_t>::max()));
}

TEST_F(QuotaTest, CountsWhatIsStoredAndWhatIsPromised) {
  folder_.write("there", std::string(40, 'x'));
  Quota quota(root_.get(), 100);
  EXPECT_TRUE(quota.promise(60));
  EXPECT_FALSE(quota.promise(1));
  quota.broken(60);
  EXPECT_TRUE(quota.promise(50));
  folder_.write("new", std::string(50, 'x'));
  quota.kept(Quota::Step(quota), 50, 0);
  EXPECT_FALSE(quota.promise(11));
  EXPECT_TRUE(quota.promise(10));
}

TEST_F(QuotaTest, SeesWhatOthersHaveRemoved) {
  folder_.write("there", std::string(90, 'x'));
  Quota quota(root_.get(), 100);
  EXPECT_FALSE(quota.promise(50));
  std::filesystem::remove(folder_ / "there");
  EXPECT_TRUE(quota.promise(50));
}

TEST_F(QuotaTest, CountsFilesAtAnyDepth) {
  std::string path = folder_.path().string();
  for (int level = 0; level < 300; ++level) path += "/d";
  std::filesystem::create_directories(path);
  std::ofstream(path + "/far") << std::string(70, 'x');
  folder_.write("near", std::string(20, 'x'));
  std::filesystem::create_directory(folder_.path() / "other");
  folder_.write("other/beside", std::string(5, 'x'));
  EXPECT_EQ(stored_bytes(root_.get()), 95U);
}

TEST_F(QuotaTest, MoreThanTheBoundNeverFits) {
  Quota quota(root_.get(), 100);
  EXPECT_FALSE(quota.promise(std::numeric_limits<std::int64_t>::max()));
  EXPECT_TRUE(quota.promise(100));
}

TEST_F(QuotaTest, UnfinishedUploadsCountByTheirPromiseOnly) {
  folder_.write(".bftpd-1-1.part", std::string(90, 'x'));
  EXPECT_EQ(stored_bytes(root_.get()), 0U);
}

TEST_F(QuotaTest, ChildProcessesShareTheCount) {
  Quota quota(root_.get(), 100);
  const pid_t child = ::fork();
  ASSERT_GE(child, 0);
  if (child == 0) ::_exit(quota.promise(80) ? 0 : 1);
  int status = -1;
  ASSERT_EQ(::waitpid(child, &status, 0), child);
  EXPECT_EQ(status, 0);
  EXPECT_FALSE(quota.promise(30));
}

/// A child that ends without giving back its promise, as one that is killed does.
TEST_F(QuotaTest, WhatAChildWasPromisedEndsWithIt) {
  Quota quota(root_.get(), 100);
  pid_t children[2];
  for (auto& child : children) {
    child = ::fork();
    ASSERT_GE(child, 0);
    if (child == 0) ::_exit(quota.promise(40) ? 0 : 1);
    int status = -1;
    ASSERT_EQ(::waitpid(child, &status, 0), child);
    ASSERT_EQ(status, 0);
  }
  EXPECT_FALSE(quota.promise(50));
  quota.process_ended(children[0]);
  EXPECT_TRUE(quota.promise(50));
  EXPECT_FALSE(quota.promise(50));
  quota.process_ended(children[1]);
  EXPECT_TRUE(quota.promise(50));
  EXPECT_FALSE(quota.promise(1));
}

TEST_F(QuotaTest, AChildKeepsAndBreaksItsOwnPromises) {
  Quota quota(root_.get(), 100);
  ASSERT_TRUE(quota.promise(10));
  const pid_t child = ::fork();
  ASSERT_GE(child, 0);
  if (child == 0) {
    const bool promised = quota.promise(40) && quota.promise(50);
    quota.broken(40);
    quota.kept(Quota::Step(quota), 50, 20);
    ::_exit(promised ? 0 : 1);
  }
  int status = -1;
  ASSERT_EQ(::waitpid(child, &status, 0), child);
  ASSERT_EQ(status, 0);
  quota.process_ended(child);
  quota.broken(10);
  EXPECT_TRUE(quota.promise(70));  // 50 - 20 are stored, as far as is known
}

TEST_F(QuotaTest, AChildThatIsKilledWithinAStepBlocksNobody) {
  folder_.write("there", std::string(50, 'x'));
  Quota quota(root_.get(), 100);
  const pid_t child = ::fork();
  ASSERT_GE(child, 0);
  if (child == 0) {
    const Quota::Step step(quota);
    folder_.write("new", std::string(40, 'x'));  // and does not come to say so
    ::raise(SIGKILL);
  }
  int status = -1;
  ASSERT_EQ(::waitpid(child, &status, 0), child);
  ASSERT_TRUE(WIFSIGNALED(status));
  quota.freed(Quota::Step(quota), 0);
  EXPECT_TRUE(quota.promise(10));
  EXPECT_FALSE(quota.promise(1));
}

}  // namespace
}  // namespace bftp::server::testing
