#include "harness/record/other_fixture.hpp"

#include <gtest/gtest.h>

#include "harness/record/last_words.hpp"

namespace bftp::record {
namespace {

fixtures::Fixture fixture(std::string name, std::uint64_t size, std::uint8_t digest) {
  fixtures::Fixture made;
  made.name = std::move(name);
  made.size = size;
  made.sha256.fill(digest);
  return made;
}

class OtherFixtureTest : public ::testing::Test {
 protected:
  OtherFixtureTest() {
    record_.fixtures = {fixture("asked", 4096, 1), fixture("shorter", 4095, 2), fixture("one_byte", 1, 3)};
    row_.bytes = 4095;
    row_.sha256 = record_.fixtures[1].sha256;
    row_.first_difference = 0;
  }

  RunRecord record_;
  TransferRecord row_;
};

TEST_F(OtherFixtureTest, IsKnownByItsDigestAndSize) {
  const auto other = other_fixture_sent(record_, row_);
  ASSERT_TRUE(other);
  EXPECT_EQ(other->fixture, 1);
  EXPECT_FALSE(other->also_a_beginning);
  row_.bytes = 4094;
  EXPECT_FALSE(other_fixture_sent(record_, row_));
  row_.bytes = 4095;
  row_.sha256->at(31) = 0;
  EXPECT_FALSE(other_fixture_sent(record_, row_));
  row_.sha256.reset();
  EXPECT_FALSE(other_fixture_sent(record_, row_)) << "without a digest nothing is known";
}

TEST_F(OtherFixtureTest, OneThatBeginsTheSameMayBeAPartAsWell) {
  row_.first_difference = 4095;
  const auto other = other_fixture_sent(record_, row_);
  ASSERT_TRUE(other);
  EXPECT_TRUE(other->also_a_beginning);
}

TEST_F(OtherFixtureTest, TheFileItselfIsNoOther) {
  row_.bytes = 4096;
  row_.sha256 = record_.fixtures[0].sha256;
  EXPECT_FALSE(other_fixture_sent(record_, row_));
}

TEST_F(OtherFixtureTest, AFewBytesAreNoProof) {
  row_.bytes = 1;
  row_.sha256 = record_.fixtures[2].sha256;
  EXPECT_FALSE(other_fixture_sent(record_, row_));
}

TEST_F(OtherFixtureTest, APutStoresAndBringsNothing) {
  row_.op = Op::put;
  EXPECT_FALSE(other_fixture_sent(record_, row_));
}

TEST(LastWords, TellOfMemoryInTheWordsOfManyLanguages) {
  for (const char* line : {"java.lang.OutOfMemoryError: Java heap space", "MemoryError",
                           "terminate called after throwing an instance of 'std::bad_alloc'",
                           "fatal error: runtime: out of memory", "malloc: Cannot allocate memory",
                           "failed to allocate memory (NoMemoryError)", "Out of memory."})
    EXPECT_TRUE(tells_of_memory({"listening on 127.0.0.1:1", line})) << line;
  EXPECT_FALSE(tells_of_memory({"KeyError: 'memory'", "table full"}));
  EXPECT_FALSE(tells_of_memory({}));
}

TEST(ServerEndInWords, NamesWhatIsKnown) {
  ServerEnd end;
  end.exit_code = 3;
  EXPECT_EQ(how_it_ended(end), "exited with status 3");
  end.exit_code.reset();
  end.signal = 11;
  EXPECT_EQ(how_it_ended(end), "was ended by signal 11");
  end.signal.reset();
  end.guard_lost = true;
  EXPECT_EQ(how_it_ended(end), "lost its guard process, which somebody killed, and ended");
}

}  // namespace
}  // namespace bftp::record
