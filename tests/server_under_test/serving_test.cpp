#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/socket.h>
#include <sys/wait.h>

#include <array>
#include <deque>
#include <fstream>
#include <thread>

#include "protocol/conversation.hpp"
#include "running_server.hpp"
#include "server_under_test/concurrency_model.hpp"

/// Clause 6 and the limits, in every model.
namespace bftp::server::testing {
namespace {

using ::testing::HasSubstr;

class Serving : public ::testing::TestWithParam<std::string> {
 protected:
  Serving() {
    root_.write("small", "small");
    root_.write("large", "");
    std::filesystem::resize_file(root_ / "large", 20'000'000);
  }
  void start(std::vector<std::string> options = {}) {
    options.insert(options.end(), {"--model", GetParam()});
    server_ = std::make_unique<RunningServer>(root_.path(), std::move(options));
  }
  bool one_at_a_time() const { return GetParam() == "iterative"; }

  TemporaryFolder root_;
  std::unique_ptr<RunningServer> server_;
};

TEST_P(Serving, SaysWhereItListensAndEndsOnSigterm) {  // 6.3, 6.4
  start();
  EXPECT_EQ(server_->banner(), "listening on " + server_->endpoint().text());
  EXPECT_NE(server_->endpoint().port, 0);
  EXPECT_EQ(server_->terminate(), 0);
}

TEST_P(Serving, EndsOnSigintAndNotOnSighup) {
  start();
  server_->signal(SIGHUP);
  EXPECT_EQ(Client(*server_).ask("NOOP"), "OK");
  server_->signal(SIGINT);
  EXPECT_EQ(server_->wait(), 0);
}

TEST_P(Serving, ServesOverIpv6) {                // 1.1, 6.4
  if (!protocol::listen_on({"::1", 0})) return;  // a machine without it
  start({"--host", "::1"});
  EXPECT_THAT(server_->banner(), HasSubstr("listening on [::1]:"));
  EXPECT_EQ(Client(*server_).fetch("GET small"), "small");
}

TEST_P(Serving, ListensAgainAtOnceOnTheSamePort) {  // 6.2
  start();
  const auto port = server_->endpoint().port;
  Client client(*server_);
  EXPECT_EQ(client.fetch("GET small"), "small");
  EXPECT_EQ(server_->terminate(), 0);
  start({"--port", std::to_string(port)});
  EXPECT_EQ(server_->endpoint().port, port);
  EXPECT_EQ(Client(*server_).fetch("GET small"), "small");
}

TEST_P(Serving, NoClientKeepsOthersWaiting) {  // 6.1
  if (one_at_a_time()) return;                 // by design
  start();
  std::vector<std::unique_ptr<Client>> clients;
  const auto add = [&]() -> Client& {
    return *clients.emplace_back(std::make_unique<Client>(*server_));
  };
  for (int i = 0; i < 20; ++i) {
    add();                                     // says nothing
    add().send("0000");                        // half a header
    add().send("00000009GET ");                // half a request
    add().send_request("GET large");           // does not read
    add().send_request("PUT 1000000 upload");  // does not send
    add().send_request("HASH large");
  }
  Client client(*server_);
  EXPECT_EQ(client.fetch("GET small"), "small");
  EXPECT_EQ(client.put("new", "content"), "OK 7");
}

TEST_P(Serving, ClientsThatGoAwayAtAnyPointAreForgotten) {  // 2.6
  start();
  for (const std::string sent :
       {"", "0000", "00000009GET large", "00000013PUT 1000000 upload", "0000000AHASH large"}) {
    for (const bool by_reset : {false, true}) {
      Client client(*server_);
      client.send(sent);
      by_reset ? client.reset() : client.close();
    }
  }
  EXPECT_EQ(Client(*server_).fetch("GET small"), "small");
  EXPECT_EQ(server_->terminate(), 0);
}

TEST_P(Serving, TooManyClientsGet503AndAPlaceComesFree) {  // 2.2
  if (one_at_a_time()) return;                             // has never more than one
  start({"--max-clients", "3"});
  std::vector<std::unique_ptr<Client>> clients;
  for (int i = 0; i < 3; ++i) {
    clients.push_back(std::make_unique<Client>(*server_));
    EXPECT_EQ(clients.back()->ask("NOOP"), "OK");
  }
  for (int i = 0; i < 3; ++i) {
    Client late(*server_);
    late.send_request("GET small");
    EXPECT_THAT(late.reply(), HasSubstr("ERR 503 "));
    EXPECT_EQ(late.rest(), "");
  }
  EXPECT_EQ(clients.front()->ask("NOOP"), "OK");
  clients.pop_back();
  const auto deadline = soon();
  std::string answer;
  while (answer != "OK" && !deadline.expired()) answer = Client(*server_).ask("NOOP");
  EXPECT_EQ(answer, "OK");
}

/// Who is turned away has a second to read why, and takes nobody's place meanwhile.
TEST_P(Serving, ClientsThatAreTurnedAwayTakeNobodysPlace) {
  if (one_at_a_time()) return;  // has never more than one
  start({"--max-clients", "2"});
  Client stays(*server_);
  EXPECT_EQ(stays.ask("NOOP"), "OK");
  auto leaves = std::make_unique<Client>(*server_);
  EXPECT_EQ(leaves->ask("NOOP"), "OK");
  Client first(*server_);
  EXPECT_THAT(first.ask("NOOP"), HasSubstr("ERR 503 "));
  leaves.reset();
  constexpr std::size_t reading = 8;  // some of those turned away have always just begun
  std::deque<Client> turned_away;
  std::string answer;
  for (const auto deadline = soon(); answer != "OK" && !deadline.expired();) {
    answer = turned_away.emplace_back(*server_).ask("NOOP");
    if (turned_away.size() > reading) turned_away.pop_front();
  }
  EXPECT_EQ(answer, "OK");
}

TEST_P(Serving, SilentClientsAreClosed) {
  start({"--idle-timeout", "0.2"});
  Client silent(*server_);
  EXPECT_EQ(silent.rest(), "");
  Client half(*server_);
  half.send("0000");
  EXPECT_EQ(half.reply(), "(closed)");
  Client uploading(*server_);
  ASSERT_EQ(uploading.ask("PUT 10 upload"), "OK");
  uploading.send("half");
  EXPECT_THAT(uploading.reply(), ::testing::AnyOf("(closed)", "(reset)"));
  Client reading_nothing(*server_);
  reading_nothing.send_request("GET large");
  EXPECT_EQ(Client(*server_).fetch("GET small"), "small");  // iterative: only once the others are gone
  EXPECT_THAT(root_.names(), ::testing::ElementsAre("large", "small"));
}

/// The kernel offers room to send again when a third of megabytes is free: longer than the client may be
/// silent.
TEST_P(Serving, SlowReadersAreNotTakenForSilentOnes) {
  start({"--idle-timeout", "1"});
  auto connection = protocol::connect_to(server_->endpoint(), soon(), {.receive_buffer_bytes = 32768});
  ASSERT_TRUE(connection);
  ASSERT_TRUE(protocol::send_all(*connection, "00000009GET large", soon()));
  std::array<std::byte, 8192> block;
  std::size_t received = 0;
  const auto receive = [&] {
    const auto got = connection->receive_some(block, soon());
    received += got ? *got : 0;
    return got && *got > 0;
  };
  const auto slow_until = protocol::Deadline::after(std::chrono::seconds(3));
  while (!slow_until.expired() && receive()) std::this_thread::sleep_for(std::chrono::milliseconds(20));
  EXPECT_TRUE(slow_until.expired()) << "closed after " << received << " bytes";
  const std::string reply = "0000000BOK 20000000";
  while (received < 20'000'000 + reply.size() && receive()) {
  }
  EXPECT_EQ(received, 20'000'000 + reply.size());
}

TEST_P(Serving, ARunningTransferIsFinishedAfterSigterm) {  // 6.3
  start();
  Client client(*server_);
  client.send_request("GET large");
  EXPECT_EQ(client.reply(), "OK 20000000");
  server_->signal(SIGTERM);
  EXPECT_TRUE(client.receive(20'000'000) == std::string(20'000'000, '\0'));
  EXPECT_EQ(client.rest(), "");
  EXPECT_EQ(server_->wait(), 0);
}

/// A request that lies unread must not turn the close into RST, which would overtake the transfer's end.
TEST_P(Serving, ARunningTransferIsFinishedAfterSigtermThoughMoreWasAsked) {  // 6.3, 2.4
  start();
  Client client(*server_);
  client.send_request("GET large");
  EXPECT_EQ(client.reply(), "OK 20000000");
  client.send_request("NOOP");
  server_->signal(SIGTERM);
  EXPECT_TRUE(client.receive(20'000'000) == std::string(20'000'000, '\0'));
  EXPECT_EQ(server_->wait(), 0);
}

TEST_P(Serving, ARunningPutIsFinishedAfterSigterm) {  // 6.3
  start();
  Client client(*server_);
  ASSERT_EQ(client.ask("PUT 10 upload"), "OK");
  server_->signal(SIGTERM);
  client.send("0123456789");
  EXPECT_EQ(client.reply(), "OK 10");
  EXPECT_EQ(server_->wait(), 0);
  EXPECT_EQ(root_.read("upload"), "0123456789");
}

TEST_P(Serving, StalledTransfersDoNotKeepItFromEnding) {  // 6.3
  start();
  Client reader(*server_);
  reader.send_request("GET large");
  EXPECT_EQ(reader.reply(), "OK 20000000");
  Client writer(*server_);
  writer.send_request("PUT 1000 upload");
  if (!one_at_a_time()) {
    EXPECT_EQ(writer.reply(), "OK");
  }
  const auto start_time = protocol::Clock::now();
  EXPECT_EQ(server_->terminate(), 0);
  EXPECT_LT(protocol::Clock::now() - start_time, std::chrono::seconds(5));  // the clause's own bound
  EXPECT_THAT(root_.names(), ::testing::ElementsAre("large", "small"));
}

TEST_P(Serving, LeavesNoChildrenAndNoZombies) {
  start();
  for (int i = 0; i < 30; ++i) EXPECT_EQ(Client(*server_).fetch("GET small"), "small");
  const auto children = [this] {
    const auto task = std::to_string(server_->pid());
    std::ifstream file("/proc/" + task + "/task/" + task + "/children");
    return std::string(std::istreambuf_iterator<char>(file), {});
  };
  const auto deadline = soon();
  while (!children().empty() && !deadline.expired()) std::this_thread::yield();
  EXPECT_EQ(children(), "");
}

TEST_P(Serving, LogsALineForEachRequest) {
  TemporaryFolder elsewhere;
  const auto log = elsewhere / "log";
  start({"--log-file", log.string()});
  {
    Client client(*server_);
    EXPECT_EQ(client.fetch("GET small"), "small");
    EXPECT_EQ(client.outcome("GET évil\"name"), "404");
    EXPECT_EQ(client.outcome("NONSENSE"), "405");
    EXPECT_EQ(client.ask("QUIT"), "OK");
  }
  EXPECT_EQ(server_->terminate(), 0);
  const auto text = elsewhere.read("log");
  EXPECT_THAT(text, HasSubstr(" GET \"small\" OK 5 bytes "));
  EXPECT_THAT(text, HasSubstr(" GET \"\\xc3\\xa9vil\\x22name\" ERR 404 0 bytes "));
  EXPECT_THAT(text, HasSubstr(" - \"\" ERR 405 0 bytes "));
  EXPECT_EQ(std::count(text.begin(), text.end(), '\n'), 4);
}

TEST_P(Serving, LogsWhatPassedOfATransferThatBrokeOff) {
  TemporaryFolder elsewhere;
  start({"--log-file", (elsewhere / "log").string()});
  {
    Client client(*server_);
    client.send_request("GET large");
    EXPECT_EQ(client.reply(), "OK 20000000");
    client.reset();
  }
  EXPECT_EQ(server_->terminate(), 0);
  const auto text = elsewhere.read("log");
  EXPECT_THAT(text, HasSubstr("broken off"));
  EXPECT_THAT(text, ::testing::Not(HasSubstr("20000000 bytes")));
}

INSTANTIATE_TEST_SUITE_P(Models, Serving, ::testing::ValuesIn(model_names()),
                         [](const auto& test) { return test.param; });

}  // namespace
}  // namespace bftp::server::testing
