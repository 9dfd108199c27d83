#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <sstream>

#include "protocol/conversation.hpp"
#include "tests/protocol/peer.hpp"
#include "tests/temporary_folder.hpp"

namespace bftp::protocol {
namespace {

using namespace std::chrono_literals;
using testing::Drip;
using ::testing::HasSubstr;
using testing::patience;
using testing::pattern;
using testing::soon;
using testing::tcp_pair;

UniqueFd open_new(const std::string& path) {
  return UniqueFd(::open(path.c_str(), O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0600));
}

UniqueFd open_old(const std::string& path) {
  return UniqueFd(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
}

std::string content(const std::string& path) {
  std::ostringstream all;
  all << std::ifstream(path, std::ios::binary).rdbuf();
  return all.str();
}

class Stream : public ::testing::Test {
 protected:
  Stream() { ignore_broken_pipes(); }
  std::string make(const std::string& bytes) {
    const auto path = folder.file("source");
    std::ofstream(path, std::ios::binary) << bytes;
    return path;
  }
  TemporaryFolder folder;
  testing::Pair pair = tcp_pair();
};

class StreamSizes : public Stream, public ::testing::WithParamInterface<std::size_t> {};
INSTANTIATE_TEST_SUITE_P(Borders, StreamSizes,
                         ::testing::Values(0, 1, 4095, 4096, 4097, 65'535, 65'536, 65'537, 262'143, 262'144,
                                           262'145, 3'000'000));

TEST_P(StreamSizes, PassFromFileToFile) {
  const auto bytes = pattern(GetParam());
  const auto source = open_old(make(bytes));
  std::thread sender([&] {
    EXPECT_TRUE(send_from_file(pair.theirs, source.get(), 0, bytes.size(), patience));
    EXPECT_TRUE(send_message(pair.theirs, "OK", soon()));
  });
  const auto target = open_new(folder.file("target"));
  std::uint64_t taken = 0;
  EXPECT_TRUE(receive_to_file(pair.ours, target.get(), bytes.size(), patience, &taken));
  EXPECT_EQ(taken, bytes.size());
  EXPECT_EQ(receive_message(pair.ours, soon()).value(), "OK") << "the connection stays in step";
  EXPECT_EQ(content(folder.file("target")), bytes);
  sender.join();
}

TEST_P(StreamSizes, AreWatchedAsTheyCome) {
  const auto bytes = pattern(GetParam());
  std::thread sender([&] { EXPECT_TRUE(send_all(pair.theirs, bytes, soon())); });
  const auto target = open_new(folder.file("target"));
  std::uint64_t seen = 0;
  const auto watch = [&seen](std::size_t piece) {
    EXPECT_GT(piece, 0u);
    seen += piece;
  };
  EXPECT_TRUE(receive_to_file(pair.ours, target.get(), bytes.size(), patience, nullptr, watch));
  EXPECT_EQ(seen, bytes.size());
  sender.join();
}

TEST_P(StreamSizes, CanBeDropped) {
  const auto bytes = pattern(GetParam());
  std::thread sender([&] { EXPECT_TRUE(send_all(pair.theirs, bytes + "rest", soon())); });
  EXPECT_TRUE(receive_and_discard(pair.ours, bytes.size(), patience));
  EXPECT_EQ(receive_exactly(pair.ours, 4, soon()).value(), "rest");
  sender.join();
}

TEST_F(Stream, SendsAPartFromAnOffset) {
  const auto source = open_old(make("0123456789"));
  ASSERT_TRUE(send_from_file(pair.theirs, source.get(), 3, 4, patience));
  testing::finish(pair.theirs);
  EXPECT_EQ(receive_to_close(pair.ours, 100, soon()).value(), "3456");
}

TEST_F(Stream, LeavesTheFilesPositionAlone) {
  const auto source = open_old(make("0123456789"));
  ASSERT_TRUE(send_from_file(pair.theirs, source.get(), 0, 10, patience));
  EXPECT_EQ(::lseek(source.get(), 0, SEEK_CUR), 0);
}

TEST_F(Stream, TakesPushedBackBytesFirst) {
  const auto target = open_new(folder.file("target"));
  pair.ours.push_back("front ");
  const Drip drip(pair.theirs, pair.ours.fd(), "back and more", 1);
  ASSERT_TRUE(receive_to_file(pair.ours, target.get(), 10, patience));
  EXPECT_EQ(content(folder.file("target")), "front back");
}

TEST_F(Stream, WritesAtTheFilesPosition) {
  const auto target = open_new(folder.file("target"));
  ASSERT_EQ(::write(target.get(), "kept ", 5), 5);
  ASSERT_TRUE(send_all(pair.theirs, "added", soon()));
  ASSERT_TRUE(receive_to_file(pair.ours, target.get(), 5, patience));
  EXPECT_EQ(content(folder.file("target")), "kept added");
}

TEST_F(Stream, TellsThatTheFileIsShorterThanAnnounced) {
  const auto source = open_old(make("short"));
  const auto sent = send_from_file(pair.theirs, source.get(), 0, 8, patience);
  ASSERT_FALSE(sent);
  EXPECT_EQ(sent.error().kind, ErrorKind::closed);
  EXPECT_THAT(sent.error().message, HasSubstr("3 bytes"));
  EXPECT_EQ(send_from_file(pair.theirs, source.get(), 100, 1, patience).error().kind, ErrorKind::closed);
}

TEST_F(Stream, TellsThatTheFileShrinksWhileItIsSent) {
  const auto path = make(pattern(16 << 20));
  const auto source = open_old(path);
  std::thread reader([&] {
    ASSERT_TRUE(receive_and_discard(pair.ours, 1, patience));  // so the sender is under way
    ASSERT_EQ(::truncate(path.c_str(), 0), 0);
    (void)receive_to_close(pair.ours, 16 << 20, soon());
  });
  const auto sent = send_from_file(pair.theirs, source.get(), 0, 16 << 20, patience);
  pair.theirs.close();
  reader.join();
  ASSERT_FALSE(sent) << "16 MiB fit into no socket buffer";
  EXPECT_EQ(sent.error().kind, ErrorKind::closed);
}

// procfs has no page cache to send from: sendfile refuses some of its files, and those that it takes come out
// the same.
TEST_F(Stream, CopiesWhatSendfileDoesNotTake) {
  const auto expected = content("/proc/version");
  const auto source = open_old("/proc/version");
  ASSERT_TRUE(send_from_file(pair.theirs, source.get(), 0, expected.size(), patience));
  ASSERT_TRUE(send_from_file(pair.theirs, source.get(), 6, expected.size() - 6, patience));
  testing::finish(pair.theirs);
  EXPECT_EQ(receive_to_close(pair.ours, 10'000, soon()).value(), expected + expected.substr(6));
}

TEST_F(Stream, CopyingTellsAShortFileToo) {
  const auto expected = content("/proc/version");
  const auto source = open_old("/proc/version");
  EXPECT_EQ(send_from_file(pair.theirs, source.get(), 0, expected.size() + 5, patience).error().kind,
            ErrorKind::closed);
}

TEST_F(Stream, TellsThatAFolderIsNoFile) {
  const UniqueFd source(::open("/", O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  EXPECT_EQ(send_from_file(pair.theirs, source.get(), 0, 1, patience).error().system_errno, EISDIR);
}

TEST_F(Stream, TellsWhenThePeerEndsEarly) {
  const auto target = open_new(folder.file("target"));
  const Drip drip(pair.theirs, pair.ours.fd(), "part", 1);
  std::uint64_t taken = 0;
  const auto got = receive_to_file(pair.ours, target.get(), 9, patience, &taken);
  ASSERT_FALSE(got);
  EXPECT_EQ(got.error().kind, ErrorKind::closed);
  EXPECT_THAT(got.error().message, HasSubstr("4 of 9"));
  EXPECT_EQ(taken, 4U);
}

TEST_F(Stream, TellsWhenThePeerResetsWhileItReceives) {
  const auto source = open_old(make(pattern(16 << 20)));
  std::thread reader([&] {
    ASSERT_TRUE(receive_and_discard(pair.ours, 1, patience));
    testing::reset(pair.ours);
  });
  const auto sent = send_from_file(pair.theirs, source.get(), 0, 16 << 20, patience);
  reader.join();
  ASSERT_FALSE(sent);
  EXPECT_EQ(sent.error().kind, ErrorKind::reset);
}

TEST_F(Stream, GivesASilentSenderItsIdleTimeOnly) {
  const auto target = open_new(folder.file("target"));
  ASSERT_TRUE(send_all(pair.theirs, "part", soon()));
  EXPECT_EQ(receive_to_file(pair.ours, target.get(), 9, 20ms).error().kind, ErrorKind::deadline);
}

TEST_F(Stream, GivesAPeerThatDoesNotReadItsIdleTimeOnly) {
  const auto source = open_old(make(pattern(16 << 20)));
  EXPECT_EQ(send_from_file(pair.theirs, source.get(), 0, 16 << 20, 20ms).error().kind, ErrorKind::deadline);
}

TEST_F(Stream, FromMemoryGivesAPeerThatDoesNotReadItsIdleTimeOnly) {
  std::uint64_t sent = 0;
  const auto done = send_moving(pair.theirs, pattern(16 << 20), 20ms, sent);
  ASSERT_FALSE(done);
  EXPECT_EQ(done.error().kind, ErrorKind::deadline);
  EXPECT_GT(sent, 0U);
  EXPECT_LT(sent, 16U << 20);
}

/// Each block has to move within the idle time, and needs not be gone.
TEST_F(Stream, FromMemoryWaitsForAPeerThatIsSlow) {
  const auto bytes = pattern(4 << 20);
  constexpr auto idle = 200ms;
  const int small = 64 * 1024;
  ASSERT_EQ(::setsockopt(pair.theirs.fd(), SOL_SOCKET, SO_SNDBUF, &small, sizeof small), 0);
  std::uint64_t sent = 0;
  std::thread sender([&] {
    EXPECT_TRUE(send_moving(pair.theirs, bytes, idle, sent));
    testing::finish(pair.theirs);
  });
  std::string got;
  const auto slow_until = Deadline::after(3 * idle);
  while (!slow_until.expired()) {
    const auto some = receive_exactly(pair.ours, 8192, soon());
    ASSERT_TRUE(some);
    got += *some;
    std::this_thread::sleep_for(idle / 20);
  }
  got += receive_to_close(pair.ours, bytes.size(), soon()).value();
  sender.join();
  EXPECT_EQ(sent, bytes.size());
  EXPECT_TRUE(got == bytes);
}

TEST_F(Stream, ThatCannotBeStoredCanBeReadToItsEnd) {  // clause 4.12
  const UniqueFd full(::open("/dev/full", O_WRONLY | O_CLOEXEC));
  const std::size_t size = 1'000'000;
  std::thread sender([&] { EXPECT_TRUE(send_all(pair.theirs, pattern(size) + "next", soon())); });
  std::uint64_t taken = 0;
  const auto got = receive_to_file(pair.ours, full.get(), size, patience, &taken);
  ASSERT_FALSE(got);
  EXPECT_EQ(got.error().kind, ErrorKind::no_space);
  EXPECT_GT(taken, 0U);
  EXPECT_TRUE(receive_and_discard(pair.ours, size - taken, patience));
  EXPECT_EQ(receive_exactly(pair.ours, 4, soon()).value(), "next");
  sender.join();
}

}  // namespace
}  // namespace bftp::protocol
