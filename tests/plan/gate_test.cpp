#include "harness/plan/gate.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>

namespace bftp::plan {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;

std::string refused(std::string_view text) {
  const auto gate = parse_gate(text);
  EXPECT_FALSE(gate) << text;
  return gate ? std::string() : gate.error().message;
}

TEST(Gate, IsAMetricASignAndANumber) {
  EXPECT_EQ(parse_gate("throughput<0.95").value(), (Gate{"throughput", true, 0.95, "throughput<0.95"}));
  EXPECT_EQ(parse_gate("cpu>1.05").value(), (Gate{"cpu", false, 1.05, "cpu>1.05"}));
}

TEST(Gate, MayHaveBlanks) {
  EXPECT_EQ(parse_gate("  cpu > 1.1 ").value(), (Gate{"cpu", false, 1.1, "cpu > 1.1"}));
  EXPECT_EQ(parse_gate("throughput\t<\t.9").value().bound, 0.9);
}

TEST(Gate, HasNoEqualsSign) {
  EXPECT_THAT(refused("cpu >= 1.1"), AllOf(HasSubstr("without ="), HasSubstr("right is cpu>1.1")));
  EXPECT_THAT(refused("throughput<="), HasSubstr("right is throughput<0.95"));
  EXPECT_THAT(refused("leak>=0"), HasSubstr("right is memory_growth>0"));
}

TEST(Gate, IsCorrectedInTheDirectionThatWasTyped) {
  EXPECT_THAT(refused("throughput<x"), HasSubstr("right is throughput<NUMBER, such as throughput<0.95"));
  EXPECT_THAT(refused("cpu>x"), HasSubstr("such as cpu>1.05"));
  EXPECT_THAT(refused("memory_growth>x"), HasSubstr("such as memory_growth>1024"));
  EXPECT_THAT(refused("memory_growth<x"), HasSubstr("such as memory_growth<-1024"));
}

TEST(Gate, TakesOtherNamesOfAMetric) {
  EXPECT_EQ(parse_gate("p50>1.1").value().metric, "service_time");
  EXPECT_EQ(parse_gate("ttfb>2").value().metric, "first_byte");
  EXPECT_EQ(parse_gate("cpu_per_gib>1.1").value().metric, "cpu");
}

TEST(Gate, OfADifferenceMayBeZeroOrBelow) {
  EXPECT_EQ(parse_gate("memory_growth>256").value().bound, 256);
  EXPECT_EQ(parse_gate("memory_growth<-1").value().bound, -1);
  EXPECT_EQ(parse_gate("leak>0").value().bound, 0);
}

TEST(Gate, NamesTheNearestMetric) {
  EXPECT_THAT(refused("throughputt<0.95"), HasSubstr("did you mean \"throughput\"?"));
  EXPECT_THAT(refused("memory_grwth>1"), HasSubstr("did you mean \"memory_growth\"?"));
  EXPECT_THAT(refused("zzz>1"), AllOf(HasSubstr("there is no metric \"zzz\""), HasSubstr("throughput")));
}

TEST(Gate, RefusesWhatCannotGateAndSaysWhy) {
  EXPECT_THAT(refused("p99>1.2"),
              AllOf(HasSubstr("service_time_p99 cannot gate"), HasSubstr("service_time")));
  EXPECT_THAT(refused("p90>1.2"), HasSubstr("cannot gate"));
}

TEST(Gate, RefusesWhatIsNoCondition) {
  for (const char* text : {"", " ", "throughput", "throughput=1", "<1", "0.95"})
    EXPECT_THAT(refused(text), HasSubstr("throughput<0.95")) << text;
  EXPECT_THAT(refused("cpu>"), HasSubstr("no number"));
  EXPECT_THAT(refused("cpu>fast"), HasSubstr("\"fast\" is no number"));
  EXPECT_THAT(refused("cpu>nan"), HasSubstr("no number"));
}

TEST(Gate, RefusesRatiosOutOfRange) {
  EXPECT_THAT(refused("cpu>0"), HasSubstr("ratio"));
  EXPECT_THAT(refused("cpu>-1"), HasSubstr("ratio"));
  EXPECT_THAT(refused("cpu>1001"), HasSubstr("ratio"));
}

TEST(Gate, QuotesNoMoreThanALineOfNonsense) {
  EXPECT_LT(refused(std::string(100'000, 'x') + "<1").size(), 1'000u);
}

TEST(CompareMetrics, HaveNamesOfTheirOwn) {
  std::set<std::string_view> names;
  for (const CompareMetric& metric : compare_metrics()) {
    EXPECT_TRUE(names.insert(metric.name).second) << metric.name;
    for (const std::string_view alias : metric.aliases) EXPECT_TRUE(names.insert(alias).second) << alias;
    EXPECT_FALSE(metric.about.empty()) << metric.name;
  }
}

}  // namespace
}  // namespace bftp::plan
