#include <fmt/format.h>
#include <gtest/gtest.h>
#include <sys/fsuid.h>

#include "running_server.hpp"
#include "server_under_test/long_work.hpp"

namespace bftp::server::testing {
namespace {

using protocol::VirtualPath;

class ListingTest : public ::testing::Test {
 protected:
  /// As many files as need about twice of what is free of charge.
  ListingTest() {
    for (int i = 0; i < files; ++i) folder_.write(name(i), i % 2 == 0 ? "" : "content");
    std::filesystem::create_directory(folder_ / "few");
    folder_.write("few/file", "x");
  }
  static std::string name(int number) { return fmt::format("{:03}{}", number, std::string(200, 'n')); }

  Answer list(MemoryBudget& memory, const std::string& path = "/") const {
    auto folder = root_->open_folder(VirtualPath{path, true});
    EXPECT_TRUE(folder);
    const auto work = make_listing(*root_, memory, VirtualPath{path, true}, std::move(*folder));
    std::optional<Answer> answer;
    while (!answer) answer = work->step();
    return std::move(*answer);
  }
  static std::string read(Source& body, std::size_t piece) {
    std::string text;
    std::vector<std::byte> block(piece);
    for (std::size_t got = 0; (got = body.read(block)) > 0;)
      text.append(reinterpret_cast<const char*>(block.data()), got);
    EXPECT_EQ(text.size(), body.size());
    return text;
  }

  static constexpr int files = 600;
  TemporaryFolder folder_;
  std::unique_ptr<RootFolder> root_ = *RootFolder::open(folder_.path().string());
};

TEST_F(ListingTest, IsTheSameInPiecesOfAnySize) {
  std::string expected;
  for (int i = 0; i < files; ++i) expected += fmt::format("F {} {}\n", i % 2 == 0 ? 0 : 7, name(i));
  expected += "D 0 few\n";
  MemoryBudget memory(listings_bytes_max);
  for (const std::size_t piece : {1U, 7U, 209U, 210U, 4096U, 1'000'000U}) {
    const auto answer = list(memory);
    ASSERT_NE(answer.body, nullptr);
    EXPECT_EQ(answer.reply.detail, std::to_string(expected.size()));
    EXPECT_EQ(read(*answer.body, piece), expected) << piece;
  }
}

TEST_F(ListingTest, WaitingForItsClientItHoldsItsPartOfTheMemory) {
  MemoryBudget memory(100'000);
  auto first = list(memory);
  ASSERT_TRUE(first.reply.ok);
  EXPECT_EQ(list(memory).reply.code, 503);
  first.body.reset();
  EXPECT_TRUE(list(memory).reply.ok);
}

TEST_F(ListingTest, ThatCouldNeverHaveTheMemoryIsTheServersFailure) {
  MemoryBudget memory(10'000);
  const auto answer = list(memory);
  EXPECT_EQ(answer.reply.code, 500);
  EXPECT_EQ(answer.body, nullptr);
}

TEST_F(ListingTest, OfAnOrdinaryFolderPassesWhateverOthersHold) {  // 6.1
  MemoryBudget memory(0);
  const auto answer = list(memory, "/few");
  ASSERT_TRUE(answer.reply.ok);
  EXPECT_EQ(read(*answer.body, 100), "F 1 file\n");
}

TEST_F(ListingTest, AFolderWhoseEntriesMayNotBeLookedAtIsNotShownAsEmpty) {
  using std::filesystem::perms;
  constexpr uid_t nobody = 65534;
  MemoryBudget memory(listings_bytes_max);
  const VirtualPath path{"/few", true};
  const auto work = make_listing(*root_, memory, path, *root_->open_folder(path));
  std::filesystem::permissions(folder_ / "few", perms::owner_read | perms::others_read);
  const auto before = static_cast<uid_t>(::setfsuid(nobody));  // for this thread: root may look at anything
  const auto answer = work->step();
  ::setfsuid(before);
  std::filesystem::permissions(folder_ / "few", perms::owner_all);
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->reply.code, 403);
  EXPECT_EQ(answer->body, nullptr);
}

}  // namespace
}  // namespace bftp::server::testing
