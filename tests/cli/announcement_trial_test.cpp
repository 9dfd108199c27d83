#include "harness/cli/announcement_trial.hpp"

#include <gtest/gtest.h>

namespace bftp::cli {
namespace {

/// Says its line at the n-th look.
class Slow final : public launch::ServerHandle {
 public:
  Slow(int looks, bool has_ended) : looks_(looks), has_ended_(has_ended) {}
  const protocol::Endpoint& endpoint() const override { return endpoint_; }
  const std::string& root() const override { return none_; }
  std::optional<int> pid() const override { return {}; }
  const std::string& cgroup() const override { return none_; }
  std::optional<launch::ExitStatus> exited() override {
    return has_ended_ ? std::optional(launch::ExitStatus{}) : std::nullopt;
  }
  Ending stop() override { return {}; }
  std::vector<std::string> last_lines(std::size_t) override { return {}; }
  std::optional<std::string> first_line() override {
    return --looks_ < 0 ? std::optional<std::string>("listening on 127.0.0.1:7") : std::nullopt;
  }

 private:
  int looks_;
  bool has_ended_;
  protocol::Endpoint endpoint_{"127.0.0.1", 7};
  std::string none_;
};

TEST(HeardFrom, WaitsForALineThatComesAMomentLater) {
  Slow server(3, false);
  const auto heard = heard_from(server, 0);
  EXPECT_EQ(heard.first_line, "listening on 127.0.0.1:7");
  EXPECT_EQ(heard.asked_port, 0);
  EXPECT_EQ(heard.port, 7);
}

TEST(HeardFrom, WaitsForAsLongAsItIsTold) {
  using std::chrono::milliseconds;
  Slow late(10, false);
  EXPECT_FALSE(heard_from(late, 0, milliseconds(20)).first_line) << "some three looks";
  Slow same(10, false);
  EXPECT_TRUE(heard_from(same, 0, milliseconds(30'000)).first_line);
}

TEST(HeardFrom, TellsALineThatCameAtTheEnd) {
  Slow server(2, true);
  auto heard = heard_from(server, 7);
  EXPECT_EQ(heard.first_line, std::nullopt) << "nobody waits for who has ended";
  server.first_line();
  note_end(server, heard);
  EXPECT_TRUE(heard.printed_at_end);
}

TEST(HeardFrom, OneThatWasHeardDidNotWaitForTheEnd) {
  Slow server(0, false);
  auto heard = heard_from(server, 7);
  note_end(server, heard);
  EXPECT_FALSE(heard.printed_at_end);
}

}  // namespace
}  // namespace bftp::cli
