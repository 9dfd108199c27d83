#include "server_under_test/folder_walk.hpp"

#include <fcntl.h>
#include <gtest/gtest.h>

#include "running_server.hpp"
#include "server_under_test/quota.hpp"
#include "server_under_test/temporary_name.hpp"

namespace bftp::server::testing {
namespace {

class FolderWalkTest : public ::testing::Test {
 protected:
  FolderWalkTest() {
    std::filesystem::create_directories(folder_ / "a/b");
    for (const auto* name : {"1", "2", "a/3", "a/4", "a/b/5", "a/b/6"}) folder_.write(name, "x");
  }

  TemporaryFolder folder_;
  protocol::UniqueFd root_{::open(folder_.path().c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC)};
};

TEST_F(FolderWalkTest, VisitsEveryFile) {
  int visited = 0;
  walk_files(root_.get(), [&visited](int, const char*) { return ++visited > 0; });
  EXPECT_EQ(visited, 6);
}

TEST_F(FolderWalkTest, EndsWhenTheVisitorHasEnough) {
  for (int wanted = 1; wanted <= 6; ++wanted) {
    int visited = 0;
    walk_files(root_.get(), [&visited, wanted](int, const char*) { return ++visited < wanted; });
    EXPECT_EQ(visited, wanted);
  }
}

TEST_F(FolderWalkTest, AStopCutsShortWhatGoesThroughTheRoot) {  // 6.3
  auto stop = *Stop::on_request();
  EXPECT_EQ(stored_bytes(root_.get(), &stop), 6U);
  folder_.write(".bftpd-1-1.part", "x");
  folder_.write(".bftpd-1-2.part", "x");
  stop.request();
  EXPECT_LE(stored_bytes(root_.get(), &stop), 1U);
  EXPECT_LE(remove_orphans(root_.get(), &stop), 1);
}

}  // namespace
}  // namespace bftp::server::testing
