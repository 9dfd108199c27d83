#include "harness/cli/server_leavings.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include "tests/temporary_folder.hpp"

namespace bftp::cli {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

class Talkative final : public launch::ServerHandle {
 public:
  explicit Talkative(launch::Printed printed) : printed_(printed) {}
  const protocol::Endpoint& endpoint() const override { return endpoint_; }
  const std::string& root() const override { return none_; }
  std::optional<int> pid() const override { return {}; }
  const std::string& cgroup() const override { return none_; }
  std::optional<launch::ExitStatus> exited() override { return {}; }
  Ending stop() override { return {}; }
  std::vector<std::string> last_lines(std::size_t) override { return {}; }
  launch::Printed printed() override { return printed_; }

 private:
  launch::Printed printed_;
  protocol::Endpoint endpoint_;
  std::string none_;
};

TEST(NotePrinted, WarnsOnceOfWhatWasDropped) {
  record::RunRecord record;
  Talkative quiet({.bytes = 8u << 20, .bytes_dropped = 0});
  note_printed(quiet, record);
  EXPECT_TRUE(record.warnings.empty()) << "all of it is kept";
  Talkative loud({.bytes = 20u << 20, .bytes_dropped = 12u << 20});
  note_printed(loud, record);
  note_printed(loud, record);
  ASSERT_EQ(record.warnings.size(), 1U);
  EXPECT_EQ(record.warnings.front().id, record::output_capped_warning);
  EXPECT_THAT(record.warnings.front().text,
              AllOf(HasSubstr("printed 20 MiB"), HasSubstr("keep 8 MiB"), HasSubstr("12582912 bytes")));
}

class TemporaryFiles : public ::testing::Test {
 protected:
  TemporaryFiles() { std::ofstream(folder_ + "/left") << std::string(200'000, 'x'); }

  const TemporaryFolder temporary_;
  const std::string folder_ = temporary_.path();
  record::RunRecord record_;
};

TEST_F(TemporaryFiles, IsTakenDownAndEmptied) {
  EXPECT_FALSE(outgrown(folder_, "", record_));
  EXPECT_FALSE(record_.temporary_files.known) << "not before the server has ended";
  take_temporary_files(folder_, record_);
  EXPECT_GE(record_.temporary_files.bytes, 200'000U);
  EXPECT_EQ(record_.temporary_files.names, std::vector<std::string>{"left"});
  EXPECT_FALSE(std::filesystem::exists(folder_));
}

TEST_F(TemporaryFiles, ThatWasOutgrownStaysInTheRecordAsItWasThen) {
  record_.plan.server.temporary_max_bytes = 100'000;
  const auto why = outgrown(folder_, "", record_);
  ASSERT_TRUE(why);
  EXPECT_THAT(*why, HasSubstr("server.temporary_max"));
  std::filesystem::remove(folder_ + "/left");
  take_temporary_files(folder_, record_);
  EXPECT_TRUE(record_.temporary_files.outgrown);
  EXPECT_GE(record_.temporary_files.bytes, 200'000U) << "what it removed at its end was there";
}

/// What a server piles up in the folder that it serves is bounded too, beside fixtures and uploads under way.
TEST_F(TemporaryFiles, IsNotTheOnlyOneThatIsBounded) {
  const std::string root = folder_ + "/root", temporary = folder_ + "/tmp";
  std::filesystem::create_directories(temporary);
  std::filesystem::create_directories(root + "/deep/er");
  record_.plan.server.temporary_max_bytes = 100'000;
  record_.plan.clients.count = 2;
  record_.fixtures = {{.name = "fixture", .size = 50'000}};
  std::ofstream(root + "/fixture") << std::string(50'000, 'x');
  std::ofstream(root + "/deep/er/log") << std::string(250'000, 'x');
  EXPECT_FALSE(outgrown(temporary, root, record_)) << "fixtures, and two uploads of each client";
  std::ofstream(root + "/more") << std::string(200'000, 'x');
  const auto why = outgrown(temporary, root, record_, "one of the two servers");
  ASSERT_TRUE(why);
  EXPECT_THAT(*why, AllOf(HasSubstr("one of the two servers had"), HasSubstr("the folder that it serves")));
  EXPECT_TRUE(record_.temporary_files.outgrown);
  EXPECT_TRUE(record_.temporary_files.in_root);
  EXPECT_THAT(record_.temporary_files.names, ElementsAre("deep", "deep/er", "deep/er/log", "more"))
      << "not the fixture";
  EXPECT_GT(record_.temporary_files.bytes, 100'000U);
}

}  // namespace
}  // namespace bftp::cli
