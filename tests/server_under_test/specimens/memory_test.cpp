#include "specimen_fixture.hpp"

namespace bftp::server::specimens {
namespace {

class MemorySpecimen : public SpecimenTest {
 protected:
  template <class Action>
  bool grows(long kib, int times, Action action) {
    for (int i = 0; i < 10; ++i) action();
    const auto before = status("VmRSS");
    for (int i = 0; i < times; ++i) action();
    return comes([&] { return status("VmRSS") - before >= kib * times * 9 / 10; });
  }
};

TEST_F(MemorySpecimen, LeakOnErrorLosesInErrorsOnly) {
  start("leak_on_error:kib=64");
  EXPECT_TRUE(grows(64, 200, [&] { EXPECT_EQ(client().outcome("GET nope"), "404"); }));
}

TEST_F(MemorySpecimen, LeakOnAbortLosesInBrokenTransfers) {
  root_.write("large", std::string(16u << 20, 'x'));
  start("leak_on_abort:kib=256");
  EXPECT_TRUE(grows(256, 60, [&] {
    auto leaving = client();
    EXPECT_EQ(leaving.ask("GET large"), "OK 16777216");
    leaving.reset();
  }));
}

TEST_F(MemorySpecimen, LeakPerConnectionLosesWithoutARequest) {
  start("leak_per_connection:kib=64");
  EXPECT_TRUE(grows(64, 200, [&] { EXPECT_EQ(client().ask("QUIT"), "OK"); }));
}

TEST_F(MemorySpecimen, LeakOnPutLosesInPuts) {
  start("leak_on_put:kib=64");
  EXPECT_TRUE(grows(64, 200, [&] { EXPECT_EQ(client().put("new", "x"), "OK 1"); }));
}

TEST_F(MemorySpecimen, LeakShareOfFileLosesWithTheSize) {
  root_.write("large", std::string(4u << 20, 'x'));
  start("leak_share_of_file:share=0.25");
  EXPECT_TRUE(grows(1'024, 20, [&] { EXPECT_EQ(get("large").size(), 4u << 20); }));
}

TEST_F(MemorySpecimen, WholeFileHoldsAllOfIt) {
  root_.write("large", std::string(64u << 20, 'x'));
  start("whole_file");
  auto reading = client();
  EXPECT_EQ(reading.ask("GET large"), "OK 67108864");
  EXPECT_GE(status("VmHWM"), 64 * 1'024);
}

TEST_F(MemorySpecimen, WholeUploadHoldsAllOfIt) {
  start("whole_upload");
  const std::string content(32u << 20, 'y');
  EXPECT_EQ(client().put("new", content), "OK 33554432");
  EXPECT_EQ(root_.read("new"), content);
  EXPECT_GE(status("VmHWM"), 32 * 1'024);
}

}  // namespace
}  // namespace bftp::server::specimens
