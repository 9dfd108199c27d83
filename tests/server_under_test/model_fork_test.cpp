#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>

#include <fstream>
#include <iterator>
#include <thread>

#include "running_server.hpp"

/// What a server with a process for each connection owes to those that go on when one of them is killed.
namespace bftp::server::testing {
namespace {

using ::testing::ElementsAre;

class ForkModel : public ::testing::Test {
 protected:
  void start(std::vector<std::string> options) {
    options.insert(options.end(), {"--model", "fork"});
    server_ = std::make_unique<RunningServer>(root_.path(), std::move(options));
  }
  std::vector<pid_t> children() const {
    const auto task = std::to_string(server_->pid());
    std::ifstream file("/proc/" + task + "/task/" + task + "/children");
    return {std::istream_iterator<pid_t>(file), {}};
  }
  /// A client's child is killed in the middle of a PUT.
  void kill_an_upload(const std::string& request) const {
    Client client(*server_);
    ASSERT_EQ(client.ask(request), "OK");
    client.send("some");
    const auto before = children();
    ASSERT_EQ(before.size(), 1U);
    ASSERT_EQ(::kill(before.front(), SIGKILL), 0);
    EXPECT_THAT(client.reply(), ::testing::AnyOf("(closed)", "(reset)"));
    wait_until([this] { return children().empty(); });
  }
  template <class Condition>
  static void wait_until(Condition holds) {
    const auto deadline = soon();
    bool held = holds();  // once: the kernel's list of children may miss one, or still have one, for a moment
    for (; !held && !deadline.expired(); held = holds()) std::this_thread::yield();
    EXPECT_TRUE(held);
  }

  TemporaryFolder root_;
  std::unique_ptr<RunningServer> server_;
};

TEST_F(ForkModel, AKilledChildsQuotaIsGivenBack) {
  start({"--quota", "1000"});
  kill_an_upload("PUT 900 file");
  Client client(*server_);
  EXPECT_EQ(client.put("other", std::string(1000, 'x')), "OK 1000");
  EXPECT_EQ(server_->terminate(), 0);
}

TEST_F(ForkModel, AKilledChildsTemporaryFileIsRemoved) {
  std::filesystem::create_directory(root_ / "folder");
  start({});
  kill_an_upload("PUT 900 folder/file");
  wait_until([this] { return root_.names().size() == 1; });
  EXPECT_THAT(root_.names(), ElementsAre("folder"));
  EXPECT_EQ(Client(*server_).ask("RMDIR folder"), "OK");
  EXPECT_EQ(server_->terminate(), 0);
}

TEST_F(ForkModel, AnUploadThatGoesOnKeepsItsTemporaryFileAndItsQuota) {
  start({"--quota", "1000"});
  Client other(*server_);
  ASSERT_EQ(other.ask("PUT 400 other"), "OK");
  {
    Client client(*server_);
    ASSERT_EQ(client.ask("PUT 500 file"), "OK");
    ASSERT_EQ(::kill(children().back(), SIGKILL), 0);
    wait_until([this] { return children().size() == 1 && root_.names().size() == 1; });
  }
  EXPECT_THAT(Client(*server_).ask("PUT 601 third"), ::testing::StartsWith("ERR 507"));
  other.send(std::string(400, 'x'));
  EXPECT_EQ(other.reply(), "OK 400");
  EXPECT_THAT(root_.names(), ElementsAre("other"));
}

TEST_F(ForkModel, IdleChildrenThatEndAreNoReasonToTidyUp) {
  start({});
  Client first(*server_);
  EXPECT_EQ(first.ask("NOOP"), "OK");
  root_.write(".bftpd-1-1.part", "nobody's, found by the next start");
  for (const pid_t child : children()) ASSERT_EQ(::kill(child, SIGTERM), 0);
  EXPECT_EQ(first.reply(), "(closed)");
  wait_until([this] { return children().empty(); });
  EXPECT_EQ(server_->terminate(), 0);
  EXPECT_THAT(root_.names(), ElementsAre(".bftpd-1-1.part"));
}

TEST_F(ForkModel, GivesPlacesBackThoughItWasStartedWithSigchldIgnored) {
  const auto before = ::signal(SIGCHLD, SIG_IGN);  // survives exec
  start({"--max-clients", "1"});
  ::signal(SIGCHLD, before);
  for (int i = 0; i < 3; ++i) {
    EXPECT_EQ(Client(*server_).ask("NOOP"), "OK");
    wait_until([this] { return children().empty(); });
  }
  EXPECT_EQ(server_->terminate(), 0);
}

}  // namespace
}  // namespace bftp::server::testing
