#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>

#include "client_under_test/people/part_file.hpp"
#include "tests/client_under_test/people_test_kit.hpp"

namespace bftp::client::people {
namespace {

using ::testing::Contains;
using ::testing::HasSubstr;
using testing::read_file;
using testing::write_file;

class APart : public testing::SessionTest {
 protected:
  const std::string content = testing::pattern(3'000'001);
};

TEST_F(APart, LeavesSomebodysFilesAlone) {
  server.put_file("/a", content);
  write_file(local("a.part"), "somebody's own");
  EXPECT_EQ(run("get a " + local("a")), 0) << failure.message;
  EXPECT_EQ(read_file(local("a.part")), "somebody's own");
  write_file(local("linked"), "precious");
  std::filesystem::create_hard_link(local("linked"), local(".a.bftp-part"));
  EXPECT_EQ(run("get a " + local("a")), 3);
  EXPECT_THAT(failure.message, HasSubstr("in the way"));
  EXPECT_EQ(read_file(local("linked")), "precious");
  std::filesystem::remove(local(".a.bftp-part"));
  ASSERT_EQ(::mkfifo(local(".a.bftp-part").c_str(), 0600), 0);
  EXPECT_EQ(run("get -c a " + local("a")), 3);
  EXPECT_THAT(failure.message, HasSubstr("in the way"));
}

TEST_F(APart, KeepsThePermissionsOfTheFileThatItReplaces) {
  const auto permissions = [this](const std::string& name) {
    return std::filesystem::status(local(name)).permissions();
  };
  server.put_file("/a", content);
  for (const auto mode : {0600, 0640, 0400, 0755}) {
    write_file(local("a"), "old");
    ASSERT_EQ(::chmod(local("a").c_str(), static_cast<::mode_t>(mode)), 0);
    server.cut_next_stream(1'000'000);
    EXPECT_EQ(run("get a " + local("a")), 2);
    EXPECT_EQ(permissions(".a.bftp-part"), static_cast<std::filesystem::perms>(0600)) << "until it is whole";
    EXPECT_EQ(run("get -c a " + local("a")), 0) << failure.message;
    EXPECT_EQ(read_file(local("a")), content);
    EXPECT_EQ(permissions("a"), static_cast<std::filesystem::perms>(mode));
    std::filesystem::remove(local("a"));
  }
}

TEST_F(APart, OfTheLongestNamesIsPossible) {  // clause 3.3
  for (const std::size_t size : {244UL, 245UL, 251UL, 255UL}) {
    const auto name = std::string(size - 2, 'n') + "ü";
    server.put_file("/" + name, content);
    server.cut_next_stream(1'000'000);
    EXPECT_EQ(run("get " + name + " " + folder), 2) << size;
    EXPECT_EQ(run("get -c " + name + " " + folder), 0) << failure.message;
    EXPECT_THAT(server.requests(), Contains("RANGE 1000000 2000001 " + name));
    EXPECT_EQ(read_file(local(name)), content);
  }
}

TEST_F(APart, DoesNotMixWithAnotherOne) {
  server.put_file("/a", content);
  write_file(local(".a.bftp-part"), "of the other one");
  const protocol::UniqueFd other(::open(local(".a.bftp-part").c_str(), O_RDWR | O_CLOEXEC));
  ASSERT_EQ(::flock(other.get(), LOCK_EX), 0);
  EXPECT_EQ(run("get a " + local("a")), 3);
  EXPECT_THAT(failure.message, HasSubstr("in use"));
  EXPECT_EQ(read_file(local(".a.bftp-part")), "of the other one");
}

TEST_F(APart, FollowsNoLinkWithItsPart) {
  server.put_file("/a", content);
  write_file(local("victim"), "precious");
  std::filesystem::create_symlink(local("victim"), local(".a.bftp-part"));
  EXPECT_EQ(run("get a " + local("a")), 3);
  EXPECT_EQ(read_file(local("victim")), "precious");
}

TEST(PartPath, IsHardlyAnybodysAndAlwaysFits) {
  EXPECT_EQ(part_path_of("a"), ".a.bftp-part");
  EXPECT_EQ(part_path_of("/x/y.z/a b"), "/x/y.z/.a b.bftp-part");
  EXPECT_EQ(part_path_of(std::string(244, 'n')), "." + std::string(244, 'n') + ".bftp-part");
  std::set<std::string> different;
  for (const std::string last : {"a", "b"}) {
    for (std::size_t shift = 0; shift < 4; ++shift) {
      std::string name(shift, 'x');
      while (name.size() <= 250) name += "😀";
      name += last;
      const auto path = part_path_of("folder/" + name);
      EXPECT_LE(path.size(), std::string("folder/").size() + 255);
      EXPECT_TRUE(protocol::is_utf8(path)) << path;
      different.insert(path);
    }
  }
  EXPECT_EQ(different.size(), 8U);
}

}  // namespace
}  // namespace bftp::client::people
