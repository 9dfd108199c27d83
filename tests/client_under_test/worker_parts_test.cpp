#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include "client_under_test/worker/clock.hpp"
#include "client_under_test/worker/lines.hpp"
#include "client_under_test/worker/printable.hpp"
#include "tests/client_under_test/worker_test_kit.hpp"

namespace bftp::client::worker::testing {
namespace {

using ::testing::HasSubstr;

TEST(WorkerPrintableTest, EscapesWhatATerminalWouldObey) {
  EXPECT_EQ(printable("plain text, no harm~"), "plain text, no harm~");
  EXPECT_EQ(printable(std::string_view("\0\x1b[2J\n\r\t\\\"\x7f\xc3\xa4", 13)),
            "\\x00\\x1b[2J\\n\\r\\t\\\\\\\"\\x7f\\xc3\\xa4");
  EXPECT_EQ(printable("abcdef", 3), "abc...");
  EXPECT_EQ(quoted("abc", 3), "\"abc\"");
  EXPECT_EQ(count_bytes(1), "1 byte");
  EXPECT_EQ(count_bytes(0), "0 bytes");
}

TEST(WorkerStopwatchTest, LeavesOutWhatItIsToldTo) {
  Stopwatch watch;
  const auto from = now_ns();
  watch.start(from - 1'000);
  EXPECT_EQ(watch.counts_from_ns(), from - 1'000);
  std::int64_t inside = 0;
  watch.leave_out([&] {
    const auto began = now_ns();
    while (now_ns() < began + 2'000'000) {
    }
    inside = now_ns() - began;
  });
  const auto end = now_ns();
  EXPECT_GE(inside, 2'000'000);
  EXPECT_LE(watch.elapsed_ns(end), end - from + 1'000 - inside);
  EXPECT_GE(watch.deadline_ns(0), from + inside);
}

class WorkerLinesTest : public ::testing::Test {
 protected:
  WorkerLinesTest() {
    int ends[2];
    if (::pipe2(ends, O_CLOEXEC) != 0) std::abort();
    read_.reset(ends[0]);
    write_.reset(ends[1]);
  }
  void put(std::string_view text) {
    ASSERT_EQ(::write(write_.get(), text.data(), text.size()), static_cast<ssize_t>(text.size()));
  }
  protocol::UniqueFd read_;
  protocol::UniqueFd write_;
};

TEST_F(WorkerLinesTest, ComeOneByOneHoweverTheyArrive) {
  LineReader reader(read_.get());
  put("one\ntw");
  EXPECT_EQ(reader.next().value(), "one");
  put("o\n\nlast without an end");
  EXPECT_EQ(reader.next().value(), "two");
  EXPECT_EQ(reader.next().value(), "");
  write_.reset();
  EXPECT_EQ(reader.next().value(), "last without an end");
  EXPECT_EQ(reader.next().value(), std::nullopt);
  EXPECT_EQ(reader.next().value(), std::nullopt);
}

TEST_F(WorkerLinesTest, AnEndlessLineIsRefused) {
  std::thread writer([&] {
    const std::string chunk(1u << 20, 'x');
    for (int i = 0; i < 17; ++i) {
      if (::write(write_.get(), chunk.data(), chunk.size()) < 0) return;
    }
    write_.reset();
  });
  LineReader reader(read_.get());
  const auto line = reader.next();
  ASSERT_FALSE(line.has_value());
  EXPECT_EQ(line.error().kind, protocol::ErrorKind::too_long);
  // What the writer has left goes nowhere; take it, so that it can end.
  std::string rest(1u << 20, '\0');
  while (::read(read_.get(), rest.data(), rest.size()) > 0) {
  }
  writer.join();
}

TEST_F(WorkerLinesTest, AreWrittenWhole) {
  LineWriter writer(write_.get());
  EXPECT_TRUE(writer.write("a"));
  EXPECT_TRUE(writer.write("b"));
  EXPECT_TRUE(writer.flush());
  char buffer[8];
  ASSERT_EQ(::read(read_.get(), buffer, sizeof buffer), 4);
  EXPECT_EQ(std::string_view(buffer, 4), "a\nb\n");
}

TEST(WorkerEvidenceTest, AFolderThatIsNotThereCostsNothing) {
  protocol::WorkerFixture fixture{"f", 3, protocol::sha256("abc"), ""};
  CheckedCopy copy;
  copy.first_difference = 1;
  copy.window = DifferenceWindow{0, "abc", "aXc"};
  EXPECT_EQ(EvidenceShelf("/nonexistent/folder", 4).save("", "name", fixture, copy), "");
  EXPECT_EQ(EvidenceShelf("", 4).save("", "name", fixture, copy), "");
}

TEST(WorkerEvidenceTest, EachServerHasItsOwnShareAndItsName) {
  const TemporaryFolder folder;
  EvidenceShelf shelf(folder.path().string(), 2);
  protocol::WorkerFixture fixture{"f", 3, protocol::sha256("abc"), ""};
  CheckedCopy copy;
  copy.size = 3;
  copy.first_difference = 1;
  copy.window = DifferenceWindow{0, "abc", "aXc"};
  EXPECT_EQ(shelf.save("base", "c0", fixture, copy), "base-c0.txt");
  EXPECT_EQ(shelf.save("base", "c1", fixture, copy), "base-c1.txt");
  EXPECT_EQ(shelf.save("base", "c2", fixture, copy), "");
  EXPECT_EQ(shelf.save("head", "c2", fixture, copy), "head-c2.txt");
  EXPECT_EQ(shelf.save("", "c2", fixture, copy), "c2.txt");
}

TEST(WorkerEvidenceTest, TheTextShowsBothSides) {
  protocol::WorkerFixture fixture{"na\nme", 3, protocol::sha256("abc"), ""};
  CheckedCopy copy;
  copy.size = 2;
  copy.first_difference = 1;
  copy.window = DifferenceWindow{0, "abc", "aX"};
  const std::string text = describe_difference("e1", fixture, copy);
  EXPECT_THAT(text, HasSubstr("fixture           na\\nme\n"));
  EXPECT_THAT(text, HasSubstr("size expected     3\nsize received     2\n"));
  EXPECT_THAT(text, HasSubstr("first difference  byte 1 (counted from 0)\n"));
  EXPECT_THAT(text, HasSubstr("e1.expected.bin"));
  EXPECT_THAT(text, HasSubstr("expected          0000000000 61 62 63 -- --"));
  EXPECT_THAT(text, HasSubstr("received          0000000000 61 58 -- -- --"));
}

TEST(WorkerLocalFileTest, WantsARegularFileOfTheRightSize) {
  const TemporaryFolder folder;
  write_file(folder.path() / "f", "abc");
  EXPECT_TRUE(LocalFile::open((folder.path() / "f").string(), 3).has_value());
  EXPECT_THAT(LocalFile::open((folder.path() / "f").string(), 4).error().message,
              HasSubstr("not a regular file of 4 bytes"));
  EXPECT_FALSE(LocalFile::open(folder.path().string(), 3).has_value());
  EXPECT_EQ(LocalFile::open((folder.path() / "none").string(), 3).error().kind,
            protocol::ErrorKind::not_found);
}

/// The two ways of checking agree on copies that are cut, longer, changed and right, in pieces of every size.
TEST(WorkerCopyCheckerTest, PiecesDoNotMatter) {
  const TemporaryFolder folder;
  const std::string content = noise(10'000);
  write_file(folder.path() / "f", content);
  const auto local = LocalFile::open((folder.path() / "f").string(), content.size());
  ASSERT_TRUE(local.has_value());
  const protocol::WorkerFixture fixture{"f", content.size(), protocol::sha256(content), ""};
  std::string changed = content;
  changed[4'321] = static_cast<char>(~changed[4'321]);
  const struct {
    std::string copy;
    std::optional<std::uint64_t> difference;
  } cases[] = {{content, std::nullopt},
               {changed, 4'321},
               {content.substr(0, 9'000), 9'000},
               {content + "x", 10'000},
               {"", 0}};
  for (const auto& each : cases) {
    for (const std::size_t piece : {1u, 7u, 4'096u, 20'000u}) {
      for (const auto verify : {protocol::Verify::sha256, protocol::Verify::bytes}) {
        CopyChecker checker(fixture, &*local, verify);
        for (std::size_t at = 0; at < each.copy.size(); at += piece) {
          const auto part = std::string_view(each.copy).substr(at, piece);
          checker.feed(std::as_bytes(std::span(part.data(), part.size())));
        }
        const CheckedCopy result = checker.finish(true);
        EXPECT_EQ(result.identical, each.copy == content);
        EXPECT_EQ(result.sha256, protocol::sha256(each.copy));
        EXPECT_EQ(result.first_difference, each.difference);
        EXPECT_EQ(result.size, each.copy.size());
        ASSERT_EQ(result.window.has_value(), each.difference.has_value());
        if (!result.window) continue;
        const auto from = *each.difference > 2048 ? *each.difference - 2048 : 0;
        EXPECT_EQ(result.window->offset, from);
        EXPECT_EQ(result.window->expected, content.substr(from, 4096));
        EXPECT_EQ(result.window->received, each.copy.substr(from, 4096));
      }
    }
  }
}

}  // namespace
}  // namespace bftp::client::worker::testing
