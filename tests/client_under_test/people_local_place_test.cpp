#include <sys/stat.h>

#include <fstream>
#include <thread>

#include "client_under_test/people/local_place.hpp"
#include "tests/client_under_test/people_test_kit.hpp"

namespace bftp::client::people {
namespace {

using ::testing::HasSubstr;
using testing::read_file;
using testing::write_file;

class APlace : public testing::SessionTest {
 protected:
  const std::string content = testing::pattern(3'000'001);
};

TEST_F(APlace, GoesWhereALinkLeads) {
  server.put_file("/a", content);
  std::filesystem::create_directory(local("store"));
  write_file(local("store/real"), "old");
  std::filesystem::create_symlink("store/real", local("link"));
  std::filesystem::create_symlink("link", local("second"));
  EXPECT_EQ(run("get a " + local("second")), 0) << failure.message;
  EXPECT_EQ(read_file(local("store/real")), content);
  EXPECT_TRUE(std::filesystem::is_symlink(local("link")));
  std::filesystem::create_symlink(local("store/new"), local("to be made"));
  EXPECT_EQ(run("get a '" + local("to be made") + "'"), 0) << failure.message;
  EXPECT_EQ(read_file(local("store/new")), content);
  std::filesystem::create_symlink("around", local("around"));
  EXPECT_EQ(run("get a " + local("around")), 3);
  EXPECT_THAT(failure.message, HasSubstr("itself"));
}

TEST_F(APlace, WritesIntoAFifoAndLeavesItThere) {
  server.put_file("/a", content);
  ASSERT_EQ(::mkfifo(local("fifo").c_str(), 0600), 0);
  std::string read;
  std::thread reader([&] { read = read_file(local("fifo")); });
  EXPECT_EQ(run("get a " + local("fifo")), 0) << failure.message;
  reader.join();
  EXPECT_EQ(read, content);
  EXPECT_TRUE(std::filesystem::is_fifo(local("fifo")));
  EXPECT_EQ(run("get -c a " + local("fifo")), 64);
}

TEST_F(APlace, TellsThatTheReaderOfAFifoHasGone) {
  server.put_file("/a", content);
  ASSERT_EQ(::mkfifo(local("fifo").c_str(), 0600), 0);
  std::thread reader([&] { std::ifstream(local("fifo")).get(); });
  EXPECT_EQ(run("get a " + local("fifo")), 3) << "no failure of the connection's";
  reader.join();
  EXPECT_EQ(run("noop"), 0) << failure.message;
}

TEST_F(APlace, OfAFolderFollowsNoLinkAndFillsNoFifo) {
  server.put_folder("/d");
  server.put_folder("/d/sub");
  server.put_file("/d/sub/one", "from the server");
  std::filesystem::create_directories(local("d/sub"));
  std::filesystem::create_directory(local("elsewhere"));
  write_file(local("elsewhere/one"), "precious");
  std::filesystem::create_symlink(local("elsewhere/one"), local("d/sub/one"));
  EXPECT_EQ(run("get -r d " + folder), 3);
  EXPECT_THAT(failure.message, HasSubstr("no regular file"));
  std::filesystem::remove_all(local("d/sub"));
  std::filesystem::create_symlink(local("elsewhere"), local("d/sub"));
  EXPECT_EQ(run("get -r d " + folder), 3);
  EXPECT_THAT(failure.message, HasSubstr("follows none"));
  EXPECT_EQ(read_file(local("elsewhere/one")), "precious");
  std::filesystem::remove(local("d/sub"));
  std::filesystem::create_directory(local("d/sub"));
  ASSERT_EQ(::mkfifo(local("d/sub/one").c_str(), 0600), 0);
  EXPECT_EQ(run("get -r d " + folder), 3);
}

}  // namespace
}  // namespace bftp::client::people
