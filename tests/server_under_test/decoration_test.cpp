#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
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

class Decoration : public ::testing::TestWithParam<std::string> {
 protected:
  void start(Change change) {
    folder_.write("file", std::string(200'000, 'x'));
    auto root = RootFolder::open(folder_.path().string());
    service_ = std::make_unique<Decorated>(
        std::make_unique<FileService>(std::move(*root), FileServiceOptions{}), std::move(change));
    listener_ = *protocol::listen_on({"127.0.0.1", 0});
    server_ = std::thread([this] {
      EXPECT_TRUE(make_model(GetParam())
                      ->serve(listener_, {*find_dialect("bftp"), *service_}, ServingLimits{}, stop_));
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
