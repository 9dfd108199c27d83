#include "server_under_test/file_upload.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <iterator>
#include <thread>

#include "running_server.hpp"

namespace bftp::server::testing {
namespace {

using protocol::VirtualPath;
using ::testing::ElementsAre;

/// The largest file that this process may write. A write beyond it fails with EFBIG, which is how a test has
/// a full disk without a disk of its own.
class FileSizeLimit {
 public:
  explicit FileSizeLimit(rlim_t bytes) {
    ::getrlimit(RLIMIT_FSIZE, &before_);
    const rlimit now{bytes, before_.rlim_max};
    ::setrlimit(RLIMIT_FSIZE, &now);
    before_action_ = ::signal(SIGXFSZ, SIG_IGN);
  }
  ~FileSizeLimit() {
    ::setrlimit(RLIMIT_FSIZE, &before_);
    ::signal(SIGXFSZ, before_action_);
  }
  FileSizeLimit(const FileSizeLimit&) = delete;
  FileSizeLimit& operator=(const FileSizeLimit&) = delete;

 private:
  rlimit before_{};
  void (*before_action_)(int) = nullptr;
};

class FileUploadTest : public ::testing::Test {
 protected:
  std::unique_ptr<Upload> begin(std::uint64_t size, bool flush = false) {
    auto place = root_->place_for_file(VirtualPath{"/file"});
    EXPECT_TRUE(place);
    auto upload = FileUpload::begin(std::move(*place), size, quota_, flush);
    return upload ? std::move(*upload) : nullptr;
  }
  static void write(Upload& upload, std::string_view text) { upload.write(std::as_bytes(std::span(text))); }

  TemporaryFolder folder_;
  std::unique_ptr<RootFolder> root_ = *RootFolder::open(folder_.path().string());
  Quota quota_{root_->fd(), 100'000};
};

TEST_F(FileUploadTest, IsInPlaceOnlyWhenFinished) {
  const auto upload = begin(5);
  write(*upload, "hel");
  write(*upload, "lo");
  EXPECT_FALSE(std::filesystem::exists(folder_ / "file"));
  const auto answer = upload->finish();
  EXPECT_TRUE(answer.reply.ok);
  EXPECT_EQ(answer.reply.detail, "5");
  EXPECT_THAT(folder_.names(), ElementsAre("file"));
  EXPECT_EQ(folder_.read("file"), "hello");
}

TEST_F(FileUploadTest, LeavesNothingWhenItIsNotFinished) {
  folder_.write("file", "old");
  write(*begin(5), "hel");
  EXPECT_THAT(folder_.names(), ElementsAre("file"));
  EXPECT_EQ(folder_.read("file"), "old");
  EXPECT_NE(begin(99'000), nullptr);  // the quota's promise is given back
}

TEST_F(FileUploadTest, RemembersThatTheDiskWasFullAndDropsTheRest) {  // 4.12
  folder_.write("file", "old");
  const FileSizeLimit limit(1000);
  const auto upload = begin(5000);
  for (int i = 0; i < 5; ++i) write(*upload, std::string(1000, 'x'));
  const auto answer = upload->finish();
  EXPECT_FALSE(answer.reply.ok);
  EXPECT_EQ(answer.reply.code, 507);
  EXPECT_EQ(folder_.read("file"), "old");
}

TEST_F(FileUploadTest, FlushesInASecondStep) {
  const auto upload = begin(2, true);
  write(*upload, "ok");
  const auto answer = upload->finish();
  ASSERT_NE(answer.work, nullptr);
  EXPECT_FALSE(answer.work->step().has_value());
  EXPECT_FALSE(std::filesystem::exists(folder_ / "file"));
  const auto known = answer.work->step();
  ASSERT_TRUE(known.has_value());
  EXPECT_EQ(known->reply.detail, "2");
  EXPECT_EQ(folder_.read("file"), "ok");
}

TEST_F(FileUploadTest, KeepsThePermissionsOfTheFileThatItReplaces) {
  namespace fs = std::filesystem;
  folder_.write("file", "old");
  for (const auto kept : {fs::perms(0600), fs::perms(0640), fs::perms(0755), fs::perms(0444)}) {
    fs::permissions(folder_ / "file", kept | fs::perms::set_uid);
    const auto upload = begin(2);
    for (const auto& name : folder_.names())  // and nobody reads along meanwhile
      EXPECT_EQ(fs::status(folder_ / name).permissions() & ~kept & fs::perms(0077), fs::perms::none) << name;
    write(*upload, "ok");
    EXPECT_TRUE(upload->finish().reply.ok);
    EXPECT_EQ(fs::status(folder_ / "file").permissions(), kept);
  }
}

TEST_F(FileUploadTest, KeepsThePermissionsThatWereSetMeanwhile) {
  folder_.write("file", "old");
  const auto upload = begin(2);
  std::filesystem::permissions(folder_ / "file", std::filesystem::perms(0600));
  write(*upload, "ok");
  EXPECT_TRUE(upload->finish().reply.ok);
  EXPECT_EQ(std::filesystem::status(folder_ / "file").permissions(), std::filesystem::perms(0600));
}

TEST_F(FileUploadTest, KeepsTheOwnerWhereTheServerIsRoot) {
  constexpr uid_t other = 54'321;
  folder_.write("file", "old");
  const uid_t owner = ::chown((folder_ / "file").c_str(), other, other) == 0 ? other : ::geteuid();
  const auto upload = begin(2);
  write(*upload, "ok");
  EXPECT_TRUE(upload->finish().reply.ok);
  struct stat about {};
  ASSERT_EQ(::stat((folder_ / "file").c_str(), &about), 0);
  EXPECT_EQ(about.st_uid, owner);
}

TEST_F(FileUploadTest, ALinkIsReplacedByAFileOfOrdinaryPermissions) {
  namespace fs = std::filesystem;
  folder_.write("target", "old");
  fs::permissions(folder_ / "target", fs::perms(0600));
  fs::create_symlink("target", folder_ / "file");
  folder_.write("new", "made by anybody");
  const auto upload = begin(2);
  write(*upload, "ok");
  EXPECT_TRUE(upload->finish().reply.ok);
  EXPECT_EQ(fs::symlink_status(folder_ / "file").permissions(), fs::status(folder_ / "new").permissions());
}

/// Each of two that replace the same file takes the size of what it replaced off, and no other's.
TEST_F(FileUploadTest, WhoeverReplacesAFileTakesItsSizeOffOnce) {
  constexpr int rounds = 200;
  constexpr std::uint64_t large = 50'000;
  const auto put_large = [this] {
    const auto upload = begin(large);
    write(*upload, std::string(large, 'x'));
    ASSERT_TRUE(upload->finish().reply.ok);
  };
  for (int round = 0; round < rounds; ++round) {
    put_large();
    std::array<std::unique_ptr<Upload>, 4> empty;
    std::generate(empty.begin(), empty.end(), [this] { return begin(0); });
    std::vector<std::thread> threads;
    std::transform(empty.begin(), empty.end(), std::back_inserter(threads),
                   [](auto& upload) { return std::thread([&upload] { upload->finish(); }); });
    for (auto& thread : threads) thread.join();
  }
  put_large();
  EXPECT_NE(begin(100'000 - large), nullptr);
  EXPECT_EQ(begin(100'000 - large + 1), nullptr);
}

TEST_F(FileUploadTest, AFolderThatAppearsMeanwhileStays) {
  const auto upload = begin(2);
  std::filesystem::create_directory(folder_ / "file");
  write(*upload, "ok");
  EXPECT_EQ(upload->finish().reply.code, 409);
}

}  // namespace
}  // namespace bftp::server::testing
