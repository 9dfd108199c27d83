#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <cstring>
#include <functional>
#include <thread>

#include "running_server.hpp"
#include "server_under_test/concurrency_model.hpp"
#include "server_under_test/file_service.hpp"

/// The seam for specimens: whatever a decorator does to an answer reaches the client, in every model.
namespace bftp::server::testing {
namespace {

using Change = std::function<void(const protocol::Request&, Answer&)>;

class Decorated final : public ServiceDecorator {
 public:
  Decorated(std::unique_ptr<Service> inner, Change change)
      : ServiceDecorator(std::move(inner)), change_(std::move(change)) {}

  Answer answer(const protocol::Request& request, Session& session) override {
    auto answer = ServiceDecorator::answer(request, session);
    change_(request, answer);
    return answer;
  }
  void opened(Session& session) override {
    EXPECT_GE(session.socket, 0);
    ++open;
    ServiceDecorator::opened(session);
  }
  void closed(Session& session) override {
    --open;
    ServiceDecorator::closed(session);
  }
  void finished(const Exchange& exchange, Session& session) override {
    ++(exchange.complete ? completed : broken_off);
    ServiceDecorator::finished(exchange, session);
  }

  std::atomic<int> open = 0;
  std::atomic<int> completed = 0;
  std::atomic<int> broken_off = 0;

 private:
  Change change_;
};

/// Another stream in the place of the inner one.
class TextBody final : public Source {
 public:
  TextBody(std::string text, std::uint64_t announced) : text_(std::move(text)), announced_(announced) {}
  std::uint64_t size() const override { return announced_; }
  std::size_t read(std::span<std::byte> into) override {
    const auto size = std::min({into.size(), text_.size() - done_, std::size_t{1000}});
    std::memcpy(into.data(), text_.data() + done_, size);
    done_ += size;
    return size;
  }

 private:
  std::string text_;
  std::uint64_t announced_;
  std::size_t done_ = 0;
};

/// A stream that the model takes in pieces as large as it likes.
class Zeros final : public Source {
 public:
  explicit Zeros(std::uint64_t size) : size_(size) {}
  std::uint64_t size() const override { return size_; }
  std::size_t read(std::span<std::byte> into) override {
    std::memset(into.data(), 0, into.size());
    return into.size();
  }

 private:
  std::uint64_t size_;
};

class Decoration : public ::testing::TestWithParam<std::string> {
 protected:
  void start(Change change, ServingLimits limits = {}) {
    folder_.write("file", std::string(200'000, 'x'));
    auto root = RootFolder::open(folder_.path().string());
    service_ = std::make_unique<Decorated>(
        std::make_unique<FileService>(std::move(*root), FileServiceOptions{}), std::move(change));
    listener_ = *protocol::listen_on({"127.0.0.1", 0});
    server_ = std::thread([this, limits] {
      EXPECT_TRUE(
          make_model(GetParam())->serve(listener_, {*find_dialect("bftp"), *service_}, limits, stop_));
    });
  }
  ~Decoration() override {
    if (!server_.joinable()) return;
    stop_.request();
    server_.join();
    EXPECT_EQ(service_->open, 0);
  }
  Client client() const { return Client(listener_.endpoint); }

  TemporaryFolder folder_;
  std::unique_ptr<Decorated> service_;
  protocol::Listener listener_;
  Stop stop_ = *Stop::on_request();
  std::thread server_;
};

TEST_P(Decoration, AnotherStreamIsSentPieceByPiece) {
  const auto other = some_bytes(123'456);
  start([&](auto&, Answer& answer) { answer.body = std::make_unique<TextBody>(other, other.size()); });
  auto client = this->client();
  EXPECT_EQ(client.ask("GET file"), "OK 200000");
  EXPECT_TRUE(client.receive(other.size()) == other);
  EXPECT_EQ(client.ask("PWD"), "OK /");
}

/// It has to move within the idle time; no piece of it has to be gone.
TEST_P(Decoration, ASlowReaderOfAnotherStreamIsNotTakenForASilentOne) {
  static constexpr std::size_t size = 12'000'000;
  constexpr std::chrono::milliseconds idle{500};
  start([](auto&, Answer& answer) { answer.body = std::make_unique<Zeros>(size); }, {.idle = idle});
  auto connection = protocol::connect_to(listener_.endpoint, soon(), {.receive_buffer_bytes = 32768});
  ASSERT_TRUE(connection);
  ASSERT_TRUE(protocol::send_message(*connection, "GET file", soon()));
  ASSERT_EQ(protocol::receive_message(*connection, soon()).value(), "OK 200000");
  std::size_t received = 0;
  std::array<std::byte, 8192> block;
  const auto receive = [&] {
    const auto got = connection->receive_some(block, soon());
    received += got ? *got : 0;
    return got && *got > 0 && received < size;
  };
  const auto slow_until = protocol::Deadline::after(4 * idle);
  while (!slow_until.expired() && receive()) std::this_thread::sleep_for(idle / 12);
  EXPECT_TRUE(slow_until.expired()) << "closed after " << received << " bytes";
  while (receive()) {
  }
  EXPECT_EQ(received, size);
}

TEST_P(Decoration, AStreamThatEndsEarlyEndsTheConnection) {
  start([](auto&, Answer& answer) {
    answer.body = std::make_unique<TextBody>(std::string(70'000, 'y'), 200'000);
  });
  auto client = this->client();
  EXPECT_EQ(client.ask("GET file"), "OK 200000");
  EXPECT_EQ(client.rest(), std::string(70'000, 'y'));
}

TEST_P(Decoration, TheReplyMayAnnounceAnotherSize) {
  start([](auto&, Answer& answer) { answer.reply.detail = "17"; });
  auto client = this->client();
  EXPECT_EQ(client.ask("GET file"), "OK 17");
  EXPECT_EQ(client.receive(200'000), std::string(200'000, 'x'));
}

TEST_P(Decoration, TheConnectionMayEndInOrderOrByReset) {
  start([](const auto& request, Answer& answer) {
    answer.ending = request.verb == protocol::Verb::noop ? Ending::reset : Ending::close;
  });
  auto client = this->client();
  EXPECT_EQ(client.ask("PWD"), "OK /");
  EXPECT_EQ(client.rest(), "");
  auto other = this->client();
  other.send_request("NOOP");
  EXPECT_THAT(other.rest(), ::testing::AnyOf("(reset)", "00000002OK"));
}

TEST_P(Decoration, FinishedTellsHowATransferWent) {
  start([](auto&, Answer&) {});
  {
    auto client = this->client();
    EXPECT_EQ(client.fetch("GET file").size(), 200'000U);
    EXPECT_EQ(client.put("new", "x"), "OK 1");
    ASSERT_EQ(client.ask("PUT 10 new"), "OK");
  }
  const auto deadline = soon();
  while (service_->broken_off == 0 && !deadline.expired()) std::this_thread::yield();
  EXPECT_EQ(service_->completed, 2);
  EXPECT_EQ(service_->broken_off, 1);
}

std::vector<std::string> models_in_one_process() {
  auto names = model_names();
  std::erase(names,
             "fork");  // a test program with threads does not fork; verbs_test.cpp starts a real server
  return names;
}

INSTANTIATE_TEST_SUITE_P(Models, Decoration, ::testing::ValuesIn(models_in_one_process()),
                         [](const auto& test) { return test.param; });

}  // namespace
}  // namespace bftp::server::testing
