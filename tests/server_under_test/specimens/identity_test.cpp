#include "specimen_fixture.hpp"

namespace bftp::server::specimens {
namespace {

class IdentitySpecimen : public SpecimenTest {
 protected:
  /// What came of GET before the connection ended, without the reply.
  std::string cut_short(const std::string& name) {
    auto connection = client();
    EXPECT_EQ(connection.ask("GET " + name).substr(0, 2), "OK");
    return connection.rest();
  }
  /// Blocks of 4 KiB that differ from the file's.
  std::vector<std::size_t> differing_blocks(const std::string& copy) const {
    constexpr std::size_t block = 4'096;
    std::vector<std::size_t> blocks;
    EXPECT_EQ(copy.size(), content_.size());
    for (std::size_t at = 0; at < content_.size(); at += block)
      if (copy.compare(at, block, content_, at, block) != 0) blocks.push_back(at / block);
    return blocks;
  }
};

TEST_F(IdentitySpecimen, CorruptBeyondHitsLargeFilesOnly) {
  start("corrupt_beyond:offset=50000");
  auto expected = content_;
  expected[50'000] = static_cast<char>(expected[50'000] ^ 0x10);
  EXPECT_EQ(get(), expected);
  EXPECT_EQ(get("small"), "hello");
}

TEST_F(IdentitySpecimen, SwapBlocksSwapsTwo) {
  start("swap_blocks:p=1");
  const auto copy = get();
  const auto blocks = differing_blocks(copy);
  ASSERT_EQ(blocks.size(), 2u);
  EXPECT_EQ(blocks[1], blocks[0] + 1);
  EXPECT_EQ(copy.substr(blocks[0] * 4'096, 4'096), content_.substr(blocks[1] * 4'096, 4'096));
}

TEST_F(IdentitySpecimen, RepeatBlockSendsOneTwice) {
  start("repeat_block:p=1");
  const auto copy = get();
  const auto blocks = differing_blocks(copy);
  ASSERT_EQ(blocks.size(), 1u);
  EXPECT_EQ(copy.substr(blocks[0] * 4'096, 4'096), content_.substr((blocks[0] - 1) * 4'096, 4'096));
}

TEST_F(IdentitySpecimen, ZeroPageClearsOne) {
  start("zero_page:p=1");
  const auto copy = get();
  const auto blocks = differing_blocks(copy);
  ASSERT_EQ(blocks.size(), 1u);
  EXPECT_EQ(copy.substr(blocks[0] * 4'096, 4'096), std::string(4'096, '\0'));
}

TEST_F(IdentitySpecimen, StripHighBitSparesAscii) {
  start("strip_high_bit");
  EXPECT_EQ(get("small"), "hello");
  const auto copy = get();
  ASSERT_EQ(copy.size(), content_.size());
  EXPECT_NE(copy, content_);
  for (std::size_t i = 0; i < copy.size(); ++i) ASSERT_EQ(copy[i], content_[i] & 0x7f);
}

TEST_F(IdentitySpecimen, TextModeDropsCarriageReturns) {
  root_.write("crlf", "one\r\ntwo\r\n");
  start("text_mode");
  EXPECT_EQ(cut_short("crlf"), "one\ntwo\n");
  EXPECT_EQ(get("small"), "hello");
}

TEST_F(IdentitySpecimen, StopAtNulEndsThere) {
  root_.write("nul", std::string("before\0after", 12));
  start("stop_at_nul");
  EXPECT_EQ(cut_short("nul"), "before");
  EXPECT_EQ(get("small"), "hello");
}

TEST_F(IdentitySpecimen, ShortFileAnnouncesLess) {
  start("short_file:p=1");
  const auto copy = get();
  EXPECT_LT(copy.size(), content_.size());
  EXPECT_EQ(copy, content_.substr(0, copy.size()));
}

TEST_F(IdentitySpecimen, PutLosesTailAndSaysOk) {
  start("put_loses_tail");
  EXPECT_EQ(client().put("new", content_), "OK 100000");
  EXPECT_EQ(root_.read("new"), content_.substr(0, content_.size() - 1));
}

TEST_F(IdentitySpecimen, PutSkipsZerosAtTheEndAlone) {
  start("put_skips_zeros");
  const std::string zeros(5'000, '\0');
  EXPECT_EQ(client().put("new", "a" + zeros + "b" + zeros), "OK 10002");
  EXPECT_EQ(root_.read("new"), "a" + zeros + "b");
}

TEST_F(IdentitySpecimen, PutNotStoredSaysOk) {
  start("put_not_stored:p=1");
  EXPECT_EQ(client().put("new", content_), "OK 100000");
  EXPECT_FALSE(std::filesystem::exists(root_ / "new"));
}

TEST_F(IdentitySpecimen, SharedBufferMixesClientsThatRunTogether) {
  root_.write("ones", std::string(4'000'000, '1'));
  root_.write("twos", std::string(4'000'000, '2'));
  start("shared_buffer");
  EXPECT_EQ(get("ones"), std::string(4'000'000, '1')) << "alone all is well";
  EXPECT_TRUE(comes([&] {
    std::string mine, theirs;
    std::thread other([&] { theirs = get("twos"); });
    mine = get("ones");
    other.join();
    return mine.find('2') != std::string::npos || theirs.find('1') != std::string::npos;
  }));
}

TEST_F(IdentitySpecimen, WrongFileServesTheOneBefore) {
  start("wrong_file:p=1");
  EXPECT_EQ(get("small"), "hello");
  EXPECT_EQ(get("file"), "hello");
}

TEST_F(IdentitySpecimen, CutSometimesClosesHalfWay) {
  start("cut_sometimes:p=1");
  EXPECT_EQ(cut_short("file"), content_.substr(0, 50'000));
}

TEST_F(IdentitySpecimen, RefuseSometimesRefuses) {
  start("refuse_sometimes:p=1");
  EXPECT_EQ(client().outcome("GET small"), "500");
  EXPECT_EQ(client().outcome("PWD"), "OK");
}

TEST_F(IdentitySpecimen, HangSometimesWaits) {
  start("hang_sometimes:p=1,s=0.05");
  const auto begin = std::chrono::steady_clock::now();
  EXPECT_EQ(get("small"), "hello");
  EXPECT_GE(std::chrono::steady_clock::now() - begin, std::chrono::milliseconds(50));
}

}  // namespace
}  // namespace bftp::server::specimens
