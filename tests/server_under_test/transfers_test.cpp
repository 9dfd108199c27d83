#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <thread>

#include "running_server.hpp"
#include "server_under_test/concurrency_model.hpp"

/// Streams, pipelining, and what others see of a PUT, in every model.
namespace bftp::server::testing {
namespace {

namespace fs = std::filesystem;

class ServerTransfers : public ::testing::TestWithParam<std::string> {
 protected:
  void start(std::vector<std::string> options = {}) {
    options.insert(options.end(), {"--model", GetParam()});
    server_ = std::make_unique<RunningServer>(root_.path(), std::move(options));
  }
  bool one_at_a_time() const { return GetParam() == "iterative"; }

  TemporaryFolder root_;
  std::unique_ptr<RunningServer> server_;
};

TEST_P(ServerTransfers, EverySizeArrivesWhole) {
  start();
  Client client(*server_);
  for (const unsigned size : {1U, 4095U, 4096U, 4097U, 16'383U, 16'384U, 16'385U, 65'535U, 65'536U, 65'537U,
                              262'144U, 262'145U, 5'000'000U}) {
    const auto bytes = some_bytes(size, size);
    EXPECT_EQ(client.put("file", bytes), "OK " + std::to_string(size));
    EXPECT_TRUE(root_.read("file") == bytes) << size;
    EXPECT_TRUE(client.fetch("GET file") == bytes) << size;
  }
}

TEST_P(ServerTransfers, RequestsSentAheadAreAnsweredInOrder) {  // 2.4
  const auto large = some_bytes(600'000);
  root_.write("large", large);
  root_.write("small", "small");
  start();
  Client client(*server_);
  std::string requests;
  for (const std::string payload :
       {"NOOP", "GET small", "GET large", "SIZE large", "GET missing", "GET small", "PWD"})
    requests += protocol::encode_header(payload.size()) + payload;
  client.send(requests + requests);
  for (int round = 0; round < 2; ++round) {
    EXPECT_EQ(client.reply(), "OK");
    EXPECT_EQ(client.reply(), "OK 5");
    EXPECT_EQ(client.receive(5), "small");
    EXPECT_EQ(client.reply(), "OK 600000");
    EXPECT_TRUE(client.receive(600'000) == large);
    EXPECT_EQ(client.reply(), "OK 600000");
    EXPECT_EQ(client.reply().substr(0, 7), "ERR 404");
    EXPECT_EQ(client.reply(), "OK 5");
    EXPECT_EQ(client.receive(5), "small");
    EXPECT_EQ(client.reply(), "OK /");
  }
}

TEST_P(ServerTransfers, ManyRequestsSentAheadOverflowNothing) {  // 2.4
  start();
  Client client(*server_);
  constexpr int requests = 40'000;
  const std::string one = "00000004NOOP";
  std::thread sender([&client, &one] {
    std::string all;
    for (int i = 0; i < requests; ++i) all += one;
    client.send(all);
  });
  int answered = 0;
  while (answered < requests && client.receive(10) == "00000002OK") ++answered;
  sender.join();
  EXPECT_EQ(answered, requests);
}

TEST_P(ServerTransfers, PutAndWhatFollowsMayComeInOneSegment) {  // 1.4, 2.4
  start();
  Client client(*server_);
  client.send("0000000APUT 5 filehello00000008GET file00000004QUIT");
  EXPECT_EQ(client.reply(), "OK");
  EXPECT_EQ(client.reply(), "OK 5");
  EXPECT_EQ(client.reply(), "OK 5");
  EXPECT_EQ(client.receive(5), "hello");
  EXPECT_EQ(client.reply(), "OK");
  EXPECT_EQ(client.rest(), "");
}

TEST_P(ServerTransfers, AMessageMayComeByteByByte) {  // 1.4
  root_.write("file", "hello");
  start();
  Client client(*server_);
  for (const char byte : std::string("00000008GET file")) client.send(std::string(1, byte));
  EXPECT_EQ(client.reply(), "OK 5");
  EXPECT_EQ(client.receive(5), "hello");
}

TEST_P(ServerTransfers, AClientThatHasFinishedSendingStillGetsItsAnswers) {
  const auto large = some_bytes(3'000'000);
  root_.write("large", large);
  start();
  Client client(*server_);
  client.send("00000009GET large00000003PWD");
  client.half_close();
  EXPECT_EQ(client.reply(), "OK 3000000");
  EXPECT_TRUE(client.receive(large.size()) == large);
  EXPECT_EQ(client.reply(), "OK /");
  EXPECT_EQ(client.rest(), "");
}

TEST_P(ServerTransfers, AnAbandonedPutLeavesTheOldContent) {  // 4.8
  root_.write("file", "old");
  start();
  for (const bool by_reset : {false, true}) {
    Client client(*server_);
    ASSERT_EQ(client.ask("PUT 1000000 file"), "OK");
    client.send(some_bytes(600'000));
    by_reset ? client.reset() : client.close();
  }
  // The server learns of it sooner or later.
  const auto deadline = soon();
  while (root_.names().size() > 1 && !deadline.expired()) std::this_thread::yield();
  EXPECT_THAT(root_.names(), ::testing::ElementsAre("file"));
  EXPECT_EQ(root_.read("file"), "old");
}

TEST_P(ServerTransfers, AGetThatHasBegunGoesOnAfterItsFileIsReplaced) {  // 4.10
  if (one_at_a_time()) return;  // nobody could replace it through the server
  const auto before = some_bytes(30'000'000, 1);
  root_.write("file", before);
  start();
  Client reader(*server_);
  reader.send_request("GET file");
  EXPECT_EQ(reader.reply(), "OK 30000000");
  Client writer(*server_);
  EXPECT_EQ(writer.put("file", "new"), "OK 3");
  EXPECT_EQ(writer.ask("DELETE file"), "OK");
  EXPECT_TRUE(reader.receive(before.size()) == before);
}

TEST_P(ServerTransfers, ReadersSeeTheOldOrTheNewNeverAMixture) {  // 4.8
  if (one_at_a_time()) return;
  const std::string contents[] = {std::string(300'000, 'a'), std::string(400'000, 'b')};
  root_.write("file", contents[0]);
  start();
  std::atomic<bool> done = false;
  std::thread writer([&] {
    Client client(*server_);
    // Few: a rename onto an existing file makes ext4 write its data out, which takes long on a busy disk.
    for (int i = 0; i < 20; ++i) client.put("file", contents[i % 2]);
    done = true;
  });
  Client reader(*server_);
  int mixed = 0;
  do {
    const auto got = reader.fetch("GET file");
    if (got != contents[0] && got != contents[1]) ++mixed;
  } while (!done);
  writer.join();
  EXPECT_EQ(mixed, 0);
}

TEST_P(ServerTransfers, ConcurrentPutsToOneNameLeaveOneOfThemWhole) {  // 4.8
  if (one_at_a_time()) return;
  start();
  std::vector<std::thread> writers;
  for (const char letter : {'a', 'b', 'c', 'd'}) {
    writers.emplace_back([this, letter] {
      Client client(*server_);
      for (int i = 0; i < 20; ++i) EXPECT_EQ(client.put("file", std::string(200'000, letter)), "OK 200000");
    });
  }
  for (auto& writer : writers) writer.join();
  const auto end = root_.read("file");
  EXPECT_EQ(end, std::string(200'000, end.at(0)));
  EXPECT_THAT(root_.names(), ::testing::ElementsAre("file"));
}

TEST_P(ServerTransfers, FlushedPutsAreAnsweredToo) {
  start({"--fsync"});
  Client client(*server_);
  EXPECT_EQ(client.put("file", "content"), "OK 7");
  EXPECT_EQ(client.put("file", some_bytes(300'000)), "OK 300000");
  EXPECT_EQ(client.ask("SIZE file"), "OK 300000");
}

TEST_P(ServerTransfers, AFileThatShrinksEndsTheConnection) {  // 4.12
  root_.write("file", std::string(80'000'000, 'x'));
  start();
  Client client(*server_);
  client.send_request("GET file");
  EXPECT_EQ(client.reply(), "OK 80000000");
  fs::resize_file(root_ / "file", 100);
  const auto rest = client.rest();
  EXPECT_LT(rest.size(), 80'000'000U);
  EXPECT_NE(rest, "(deadline)");
}

TEST_P(ServerTransfers, LeftoversOfACrashAreRemovedAtTheNextStart) {
  start();
  fs::create_directory(root_ / "folder");
  {
    Client client(*server_);
    ASSERT_EQ(client.ask("PUT 1000 folder/file"), "OK");
    EXPECT_EQ(root_.names().size(), 2U);
    server_->signal(SIGKILL);
    EXPECT_EQ(server_->wait(), 128 + SIGKILL);
  }
  if (GetParam() == "fork") {  // the child ends with its parent, or with its client
    const auto deadline = soon();
    while (root_.names().size() > 1 && !deadline.expired()) std::this_thread::yield();
  }
  start();
  EXPECT_THAT(root_.names(), ::testing::ElementsAre("folder"));
}

INSTANTIATE_TEST_SUITE_P(Models, ServerTransfers, ::testing::ValuesIn(model_names()),
                         [](const auto& test) { return test.param; });

}  // namespace
}  // namespace bftp::server::testing
