#include "server_under_test/specimens/specimen.hpp"
#include "specimen_fixture.hpp"

namespace bftp::server::specimens {
namespace {

class HealthySpecimen : public SpecimenTest, public ::testing::WithParamInterface<std::string> {};

std::vector<std::string> healthy_ids() {
  std::vector<std::string> ids;
  for (const auto& specimen : all_specimens())
    if (specimen.category == "healthy") ids.emplace_back(specimen.id);
  return ids;
}

INSTANTIATE_TEST_SUITE_P(All, HealthySpecimen, ::testing::ValuesIn(healthy_ids()),
                         [](const auto& id) { return id.param; });

TEST_P(HealthySpecimen, ServesWithoutAFault) {
  start(GetParam() == "slow_start" ? "slow_start:s=0.1" : GetParam());
  get_times(3);
  EXPECT_EQ(get("empty"), "");
  EXPECT_EQ(client().put("new", content_), "OK 100000");
  EXPECT_EQ(get("new"), content_);
  EXPECT_EQ(client().put("new", "other"), "OK 5");
  EXPECT_EQ(get("new"), "other") << "a cache has to notice";
  EXPECT_EQ(client().outcome("GET nope"), "404");
  EXPECT_EQ(server_->terminate(), 0);
}

using HealthyPlateau = SpecimenTest;

TEST_F(HealthyPlateau, LazyPoolStopsGrowing) {
  start("lazy_pool:threads=4,every=2");
  get_times(40);
  EXPECT_TRUE(comes([&] { return status("Threads") >= 5; }));
  EXPECT_LE(status("Threads"), 4 + 8);
}

TEST_F(HealthyPlateau, DescriptorCacheStopsGrowing) {
  start("descriptor_cache:files=5");
  get_times(40);
  const auto full = descriptors();
  get_times(60);
  EXPECT_TRUE(comes([&] { return descriptors() <= full + 1; }));
}

TEST_F(HealthyPlateau, CollectorGivesBack) {
  start("collector:every=50,ms=0");
  get_times(100);
  const auto after_two_rounds = status("VmRSS");
  get_times(300);
  EXPECT_LE(status("VmRSS"), after_two_rounds + 100 * 64);
}

TEST_F(HealthyPlateau, CoreOnlyRefusesExtendedVerbs) {
  start("core_only");
  EXPECT_EQ(client().outcome("FEAT"), "405");
  EXPECT_EQ(client().outcome("SIZE small"), "405");
}

/// CPU of the server for so many transfers, from its start.
class HealthyCost : public SpecimenTest {
 protected:
  std::chrono::milliseconds cpu_of(const std::string& fault) {
    start(fault);
    get_times(300);
    return cpu();
  }
};

TEST_F(HealthyCost, BurnShareNeedsItsShareMore) {
  const auto plain = cpu_of("burn_share:percent=0");
  EXPECT_GE(cpu_of("burn_share:percent=900"), 4 * plain) << "ten times, less what the two differ by chance";
}

TEST_F(HealthyCost, SlowerSpendsTimeInProportion) {
  const auto plain = cpu_of("slower:percent=0");
  EXPECT_GE(cpu_of("slower:percent=900"), 3 * plain) << "it spins for nine times a transfer's time";
}

}  // namespace
}  // namespace bftp::server::specimens
