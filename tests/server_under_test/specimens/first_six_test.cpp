#include "specimen_fixture.hpp"

/// The six faults that the transfer suite must find.
namespace bftp::server::specimens {
namespace {

using FirstSix = SpecimenTest;

std::size_t differences(const std::string& a, const std::string& b) {
  if (a.size() != b.size()) return std::string::npos;
  std::size_t count = 0;
  for (std::size_t i = 0; i < a.size(); ++i) count += a[i] != b[i] ? 1U : 0U;
  return count;
}

TEST_F(FirstSix, CorruptByteChangesOneByteOfAGet) {
  start("corrupt_byte:p=1");
  EXPECT_EQ(differences(get(), content_), 1u);
  EXPECT_EQ(get("empty"), "");
}

TEST_F(FirstSix, CorruptByteChangesOneByteOfAPut) {
  start("corrupt_byte:p=1");
  EXPECT_EQ(client().put("new", content_), "OK 100000");
  EXPECT_EQ(differences(root_.read("new"), content_), 1u);
}

TEST_F(FirstSix, CorruptByteHitsItsShareTheSameEachTime) {
  std::vector<int> hits;
  for (int run = 0; run < 2; ++run) {
    start("corrupt_byte:p=0.1,seed=5");
    int hit = 0;
    for (int i = 0; i < 300; ++i) hit += get("small") != "hello" ? 1 : 0;
    hits.push_back(hit);
  }
  EXPECT_EQ(hits[0], hits[1]);
  EXPECT_GT(hits[0], 10) << "30 are expected";
  EXPECT_LT(hits[0], 60);
}

TEST_F(FirstSix, DropLastBlockEndsEarly) {
  start("drop_last_block");
  auto connection = client();
  EXPECT_EQ(connection.ask("GET file"), "OK 100000");
  EXPECT_EQ(connection.rest(), content_.substr(0, 98'304));
  EXPECT_EQ(client().put("new", content_), "OK 100000");
  EXPECT_EQ(root_.read("new"), content_);
}

TEST_F(FirstSix, LeakGrowsWithEveryTransfer) {
  start("leak:kib=64");
  get_times(20);
  const auto before = status("VmRSS");
  get_times(200);
  EXPECT_TRUE(comes([&] { return status("VmRSS") - before >= 200 * 64 * 9 / 10; }))
      << status("VmRSS") - before << " KiB";
}

TEST_F(FirstSix, LeakDescriptorKeepsOneForEveryTransfer) {
  start("leak_descriptor");
  get_times(10);
  const auto before = descriptors();
  get_times(50);
  EXPECT_TRUE(comes([&] { return descriptors() >= before + 38; })) << descriptors() - before;
}

TEST_F(FirstSix, SpinIdleUsesCpuWithoutClients) {
  start("spin_idle");
  const auto before = cpu();
  EXPECT_TRUE(comes([&] { return cpu() - before >= std::chrono::milliseconds(200); }));
}

TEST_F(FirstSix, StallHoldsBackEachTenth) {
  start("stall:every=3,ms=60");
  for (int i = 1; i <= 6; ++i) {
    const auto begin = std::chrono::steady_clock::now();
    ASSERT_EQ(get("small"), "hello");
    const auto least =
        std::chrono::milliseconds(i % 3 == 0 ? 60 : 0);  // a lower bound, whatever the machine does
    EXPECT_GE(std::chrono::steady_clock::now() - begin, least) << i;
  }
}

}  // namespace
}  // namespace bftp::server::specimens
