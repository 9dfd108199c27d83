#include "specimen_fixture.hpp"

namespace bftp::server::specimens {
namespace {

class HandlesSpecimen : public SpecimenTest {
 protected:
  /// Processes whose parent is the server, and how many of them are zombies.
  struct Children {
    int all = 0, zombies = 0;
  };
  Children children() const {
    Children found;
    for (const auto& entry : std::filesystem::directory_iterator("/proc")) {
      std::ifstream file(entry.path() / "stat");
      std::string text;
      if (!std::getline(file, text) || text.find(") ") == std::string::npos) continue;
      std::istringstream rest(text.substr(text.rfind(") ") + 2));
      char state = 0;
      int parent = 0;
      if (!(rest >> state >> parent) || parent != server_->pid()) continue;
      ++found.all;
      found.zombies += state == 'Z' ? 1 : 0;
    }
    return found;
  }
};

TEST_F(HandlesSpecimen, LeakDescriptorOnErrorKeepsOneForEachError) {
  start("leak_descriptor_on_error");
  get_times(5);
  const auto before = descriptors();
  for (int i = 0; i < 40; ++i) EXPECT_EQ(client().outcome("GET nope"), "404");
  EXPECT_TRUE(comes([&] { return descriptors() >= before + 30; }));
}

TEST_F(HandlesSpecimen, LeakDescriptorOnReplaceKeepsOneForEachPutOntoAFile) {
  start("leak_descriptor_on_replace");
  const auto before = descriptors();
  const auto put = [&](const std::string& name) {
    auto storing = client();
    EXPECT_EQ(storing.ask("PUT 3 " + name), "OK");
    storing.send("new");
    EXPECT_EQ(storing.reply(), "OK 3");
  };
  for (int i = 0; i < 20; ++i) put("fresh" + std::to_string(i));
  EXPECT_LT(descriptors(), before + 10);
  for (int i = 0; i < 40; ++i) put("fresh0");
  EXPECT_TRUE(comes([&] { return descriptors() >= before + 30; }));
}

TEST_F(HandlesSpecimen, LeakDescriptorOnAbortKeepsOneForEachBrokenTransfer) {
  root_.write("large", std::string(16u << 20, 'x'));
  start("leak_descriptor_on_abort");
  get_times(5);
  const auto before = descriptors();
  for (int i = 0; i < 40; ++i) {
    auto leaving = client();
    EXPECT_EQ(leaving.ask("GET large"), "OK 16777216");
    leaving.reset();
  }
  EXPECT_TRUE(comes([&] { return descriptors() >= before + 30; }));
}

TEST_F(HandlesSpecimen, CloseWaitKeepsTheSocketOfEachClient) {
  start("close_wait");
  get_times(20);
  const auto in_close_wait = [&] {
    std::ifstream table(proc("net/tcp"));
    char local_port[8];
    std::snprintf(local_port, sizeof local_port, ":%04X", static_cast<unsigned>(server_->endpoint().port));
    int count = 0;
    for (std::string line; std::getline(table, line);) {
      std::istringstream words(line);
      std::string slot, local, remote, state;
      words >> slot >> local >> remote >> state;
      count += local.ends_with(local_port) && state == "08"
                   ? 1
                   : 0;  // TCP_CLOSE_WAIT of the kernel's tcp_states.h
    }
    return count;
  };
  EXPECT_TRUE(comes([&] { return in_close_wait() >= 20; })) << in_close_wait();
}

TEST_F(HandlesSpecimen, LeakThreadKeepsOneForEachTransfer) {
  start("leak_thread");
  get_times(30);
  EXPECT_TRUE(comes([&] { return status("Threads") >= 30; })) << status("Threads");
  EXPECT_EQ(server_->terminate(), 0);
}

TEST_F(HandlesSpecimen, ZombieLeavesOneForEachTransfer) {
  start("zombie");
  get_times(20);
  EXPECT_TRUE(comes([&] { return children().zombies == 20; })) << children().zombies;
}

TEST_F(HandlesSpecimen, LeakProcessLeavesChildrenThatEndWithTheServer) {
  start("leak_process:p=1");
  get_times(5);
  EXPECT_TRUE(comes([&] { return children().all == 5; })) << children().all;
  EXPECT_EQ(children().zombies, 0);
  EXPECT_EQ(server_->terminate(), 0);
}

TEST_F(HandlesSpecimen, TemporaryFilesStayInTheRoot) {
  start("temporary_files");
  EXPECT_EQ(client().put("new", "x"), "OK 1");
  EXPECT_THAT(root_.names(), ::testing::Contains(::testing::HasSubstr("upload-0.tmp")));
}

TEST_F(HandlesSpecimen, PartStaysLeavesAFileForEachBrokenPutAlone) {
  start("part_stays");
  EXPECT_EQ(client().put("new", "x"), "OK 1");
  EXPECT_THAT(root_.names(), ::testing::Not(::testing::Contains(::testing::HasSubstr("part-"))));
  {
    auto leaving = client();
    EXPECT_EQ(leaving.ask("PUT 1000 broken"), "OK");
    leaving.reset();
  }
  EXPECT_TRUE(comes([&] {
    const auto names = root_.names();
    return std::find(names.begin(), names.end(), "part-0.tmp") != names.end();
  }));
}

}  // namespace
}  // namespace bftp::server::specimens
