#include "protocol/files.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>

#include "tests/temporary_folder.hpp"

namespace bftp::protocol {
namespace {

namespace fs = std::filesystem;
using ::testing::HasSubstr;

class FilesTest : public ::testing::Test {
 protected:
  std::string path(const char* name) const { return folder_ + "/" + name; }
  long entries() const { return std::distance(fs::directory_iterator(folder_), fs::directory_iterator()); }

  const TemporaryFolder temporary_;
  const std::string folder_ = temporary_.path();
};

TEST_F(FilesTest, ReadsWhatIsARegularFileAndWaitsForNothingElse) {
  ASSERT_TRUE(write_whole(path("file"), "content"));
  fs::create_symlink(path("file"), path("link"));
  EXPECT_EQ(read_regular(path("file"), 100).value(), "content");
  EXPECT_EQ(read_regular(path("link"), 100).value(), "content");
  ASSERT_EQ(::mkfifo(path("fifo").c_str(), 0600), 0);
  for (const std::string& other : {path("fifo"), folder_, std::string("/dev/zero")}) {
    const auto opened = open_regular(other);
    ASSERT_FALSE(opened) << other;
    EXPECT_THAT(opened.error().message, HasSubstr("is no regular file"));
  }
  EXPECT_EQ(open_regular(path("none")).error().kind, ErrorKind::not_found);
}

TEST_F(FilesTest, ReadsNoMoreThanItMay) {
  ASSERT_TRUE(write_whole(path("file"), std::string(200'000, 'x')));
  EXPECT_EQ(read_regular(path("file"), 200'000)->size(), 200'000u);
  EXPECT_THAT(read_regular(path("file"), 1'000).error().message, HasSubstr("more than 1000 bytes"));
}

TEST_F(FilesTest, WritesWholeOrLeavesTheOld) {
  ASSERT_TRUE(write_whole(path("file"), "one"));
  ASSERT_TRUE(write_whole(path("file"), "two"));
  EXPECT_EQ(read_regular(path("file"), 100).value(), "two");
  const auto failed = write_whole(path("no/such/file"), "x");
  ASSERT_FALSE(failed);
  EXPECT_EQ(failed.error().kind, ErrorKind::not_found);
  EXPECT_EQ(entries(), 1) << "no temporary file stays";
}

TEST_F(FilesTest, DoesNotWriteThroughWhatLiesInItsPlace) {
  ASSERT_TRUE(write_whole(path("victim"), "mine"));
  fs::create_symlink(path("victim"), path("link"));
  ASSERT_TRUE(write_whole(path("link"), "other"));
  EXPECT_EQ(read_regular(path("victim"), 100).value(), "mine");
  EXPECT_FALSE(fs::is_symlink(path("link")));
  ASSERT_EQ(::mkfifo(path("fifo").c_str(), 0600), 0);
  ASSERT_TRUE(write_whole(path("fifo"), "content")) << "and does not wait for a reader";
  EXPECT_EQ(read_regular(path("fifo"), 100).value(), "content");
  fs::create_directory(path("folder"));
  EXPECT_FALSE(write_whole(path("folder"), "content"));
  EXPECT_EQ(entries(), 4);
}

}  // namespace
}  // namespace bftp::protocol
