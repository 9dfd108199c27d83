#include "harness/launch/output_capture.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <iterator>

#include "tests/temporary_folder.hpp"

namespace bftp::launch {
namespace {

using testing::ElementsAre;

class OutputCaptureTest : public testing::Test {
 protected:
  void start(std::uint64_t bytes_max) {
    auto started = OutputCapture::start({out_, bytes_max}, {error_, bytes_max});
    ASSERT_TRUE(started) << started.error().message;
    capture_ = std::move(*started);
  }
  /// Ends both streams, so that settling waits for the end and not for a time.
  void finish() {
    capture_->release_descriptors();
    capture_->settle(20'000);
  }
  static void print(int descriptor, std::string_view text) {
    ASSERT_EQ(::write(descriptor, text.data(), text.size()), static_cast<ssize_t>(text.size()));
  }
  TemporaryFolder folder_;
  std::string out_ = folder_.file("server.out"), error_ = folder_.file("server.err");
  std::unique_ptr<OutputCapture> capture_;
};

TEST_F(OutputCaptureTest, KeepsTheTwoStreamsApart) {
  start(1000);
  print(capture_->out_descriptor(), "hello\nworld\n");
  print(capture_->error_descriptor(), "oh\n");
  finish();
  EXPECT_THAT(capture_->last_out_lines(10), ElementsAre("hello", "world"));
  EXPECT_THAT(capture_->last_error_lines(10), ElementsAre("oh"));
  EXPECT_EQ(std::filesystem::file_size(out_), 12u);
  EXPECT_EQ(capture_->out_count().bytes_dropped, 0u);
}

TEST_F(OutputCaptureTest, AppendsWithinOneBound) {
  for (const char* said : {"first\n", "second\n"}) {
    auto started = OutputCapture::start({out_, 10, true}, {error_, 10, true});
    ASSERT_TRUE(started) << started.error().message;
    capture_ = std::move(*started);
    print(capture_->out_descriptor(), said);
    finish();
  }
  std::ifstream file(out_);
  EXPECT_EQ(std::string(std::istreambuf_iterator<char>(file), {}), "first\nseco");
  EXPECT_EQ(capture_->out_count().bytes_dropped, 3u);
}

TEST_F(OutputCaptureTest, CountsWhatItDrops) {
  start(5);
  print(capture_->out_descriptor(), "0123456789");
  print(capture_->out_descriptor(), "0123456789");
  finish();
  EXPECT_EQ(std::filesystem::file_size(out_), 5u);
  EXPECT_EQ(capture_->out_count().bytes_seen, 20u);
  EXPECT_EQ(capture_->out_count().bytes_dropped, 15u);
}

TEST_F(OutputCaptureTest, FindsTheAnnouncementAmongOtherLines) {
  start(1000);
  print(capture_->out_descriptor(), "warming up\nlisten");
  print(capture_->out_descriptor(), "ing on [::1]:4321\r\nlistening on 1.2.3.4:5\n");
  finish();
  EXPECT_EQ(capture_->announced(), "[::1]:4321");
}

TEST_F(OutputCaptureTest, FindsTheFirstLineOfStandardOutput) {
  start(1000);
  print(capture_->error_descriptor(), "a warning\n");
  print(capture_->out_descriptor(), "warm");
  capture_->settle(200);
  EXPECT_EQ(capture_->first_out_line(), std::nullopt) << "not whole";
  print(capture_->out_descriptor(), "ing up\r\nlistening on 1.2.3.4:5\n");
  finish();
  EXPECT_EQ(capture_->first_out_line(), "warming up");
}

TEST_F(OutputCaptureTest, NamesAFileThatCannotBeMade) {
  const auto started = OutputCapture::start({"/no/such/folder/server.out", 1}, {error_, 1});
  ASSERT_FALSE(started);
  EXPECT_THAT(started.error().message, testing::HasSubstr("/no/such/folder/server.out"));
}

}  // namespace
}  // namespace bftp::launch
