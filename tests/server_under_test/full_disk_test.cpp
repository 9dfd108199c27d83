#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sched.h>
#include <sys/mount.h>
#include <sys/wait.h>
#include <unistd.h>

#include "running_server.hpp"
#include "server_under_test/concurrency_model.hpp"

/// Clauses 2.2 and 4.12 on a disk that is really full. Mounting one takes root or a user namespace. Where
/// neither is to be had there are no such tests; file_upload_test.cpp and the quota in verbs_test.cpp cover
/// the same answers without.
namespace bftp::server::testing {
namespace {

class SmallDisk {
 public:
  SmallDisk() { mounted_ = mount() || (::unshare(CLONE_NEWUSER | CLONE_NEWNS) == 0 && mount()); }
  ~SmallDisk() {
    if (mounted_) ::umount2(folder_.path().c_str(), MNT_DETACH);
  }
  SmallDisk(const SmallDisk&) = delete;
  SmallDisk& operator=(const SmallDisk&) = delete;

  bool mounted() const { return mounted_; }
  const TemporaryFolder& folder() const { return folder_; }

 private:
  bool mount() const { return ::mount("tmpfs", folder_.path().c_str(), "tmpfs", 0, "size=2m") == 0; }

  TemporaryFolder folder_;
  bool mounted_ = false;
};

class FullDisk : public ::testing::TestWithParam<std::string> {};

TEST_P(FullDisk, IsAnsweredWith507AndTheOldContentStays) {
  const SmallDisk disk;
  ASSERT_TRUE(disk.mounted());
  const auto& root = disk.folder();
  root.write("file", "old");
  RunningServer server(root.path(), {"--model", GetParam()});
  Client client(server);
  EXPECT_EQ(client.outcome("PUT 3000000 file"), "507");  // seen at once
  // The room is there when the PUT begins and gone when it goes on.
  ASSERT_EQ(client.ask("PUT 1500000 file"), "OK");
  root.write("hog", std::string(1'000'000, 'x'));
  client.send(std::string(1'500'000, 'y'));
  EXPECT_EQ(client.reply().substr(0, 7), "ERR 507");
  EXPECT_EQ(client.fetch("GET file"), "old");  // in step
  EXPECT_EQ(client.put("small", "fits"), "OK 4");
  EXPECT_THAT(root.names(), ::testing::ElementsAre("file", "hog", "small"));
  EXPECT_EQ(server.terminate(), 0);
}

/// Every model where a small disk can be mounted, none elsewhere. Found out in a child, whose namespaces do
/// not matter.
std::vector<std::string> models_on_a_small_disk() {
  const pid_t child = ::fork();
  if (child == 0) {
    const bool mounted = SmallDisk().mounted();
    ::_exit(mounted ? 0 : 1);
  }
  int status = 1;
  ::waitpid(child, &status, 0);
  return status == 0 ? model_names() : std::vector<std::string>{};
}

GTEST_ALLOW_UNINSTANTIATED_PARAMETERIZED_TEST(FullDisk);
INSTANTIATE_TEST_SUITE_P(Models, FullDisk, ::testing::ValuesIn(models_on_a_small_disk()),
                         [](const auto& test) { return test.param; });

}  // namespace
}  // namespace bftp::server::testing
