#include <poll.h>
#include <signal.h>

#include "server_under_test/specimens/specimen.hpp"
#include "specimen_fixture.hpp"

/// Concurrency and lifecycle.
namespace bftp::server::specimens {
namespace {

using ProcessFault = SpecimenTest;

TEST_F(ProcessFault, OneAtATimeWaitsForTheSlowOne) {
  root_.write("large", std::string(64u << 20, 'x'));
  start("one_at_a_time");
  auto slow = client();
  EXPECT_EQ(slow.ask("GET large"), "OK 67108864");
  auto other = client();
  other.send_request("PWD");
  pollfd answered{other.fd(), POLLIN, 0};
  EXPECT_EQ(::poll(&answered, 1, 100), 0) << "no answer while the other does not read";
  EXPECT_EQ(slow.receive(64u << 20).size(), 64u << 20);
  EXPECT_EQ(other.reply(), "OK /");
}

TEST_F(ProcessFault, FewClientsTurnsTheThirdAway) {
  start("few_clients:clients=2");
  auto first = client(), second = client();
  EXPECT_EQ(first.outcome("PWD"), "OK");
  EXPECT_EQ(second.outcome("PWD"), "OK");
  auto third = client();
  EXPECT_EQ(third.outcome("PWD"), "503");
}

TEST_F(ProcessFault, CrashAfterDies) {
  start("crash_after:n=3");
  get_times(3);
  client().send_request("GET file");
  EXPECT_EQ(server_->wait(), 128 + SIGABRT);
}

TEST_F(ProcessFault, ExitAfterEnds) {
  start("exit_after:n=2");
  get_times(2);
  EXPECT_EQ(server_->wait(), 0);
}

TEST_F(ProcessFault, IgnoresSigterm) {
  start("ignores_sigterm");
  server_->signal(SIGTERM);
  get_times(3);
  server_->signal(SIGKILL);
  EXPECT_EQ(server_->wait(), 128 + SIGKILL);
}

TEST_F(ProcessFault, WrongExitStatus) {
  start("wrong_exit_status:status=3");
  EXPECT_EQ(server_->terminate(), 3);
}

TEST_F(ProcessFault, SlowStop) {
  start("slow_stop:s=0.1");
  const auto begin = std::chrono::steady_clock::now();
  EXPECT_EQ(server_->terminate(), 0);
  EXPECT_GE(std::chrono::steady_clock::now() - begin, std::chrono::milliseconds(100));
}

TEST_F(ProcessFault, NeverListensComesLate) {
  const auto begin = std::chrono::steady_clock::now();
  start("never_listens:s=0.1");
  EXPECT_GE(std::chrono::steady_clock::now() - begin, std::chrono::milliseconds(100));
  EXPECT_EQ(get("small"), "hello");
}

TEST(WrongBanner, SaysSomethingElse) {
  const auto choice = parse_fault("wrong_banner");
  ASSERT_TRUE(choice);
  const specimens::Setup setup{choice->settings, {}};
  const auto lifecycle = choice->specimen->make_lifecycle(setup);
  EXPECT_EQ(lifecycle->banner({"127.0.0.1", 4711}), "Server started on port 4711");
}

}  // namespace
}  // namespace bftp::server::specimens
