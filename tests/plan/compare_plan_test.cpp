#include "harness/plan/compare_plan.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace bftp::plan {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::StartsWith;

constexpr const char* some_server = "python3 server.py --port {port} --root {root}";

ComparePlan made(const CompareRequest& request) {
  auto plan = make_compare_plan(request, {.random_seed = 7, .reference_command = "bftpd --port {port}"});
  EXPECT_TRUE(plan) << (plan ? "" : plan.error().message);
  return plan.value();
}

std::string refused(const CompareRequest& request) {
  const auto plan = make_compare_plan(request);
  EXPECT_FALSE(plan);
  return plan ? std::string() : plan.error().message;
}

TEST(ComparePlan, ComparesTheReferenceServerWithItselfByDefault) {
  const ComparePlan plan = made({});
  EXPECT_EQ(plan.base, plan.common.server);
  EXPECT_EQ(plan.base.kind, ServerKind::reference);
  EXPECT_THAT(plan.client_counts, ElementsAre(1u));
  EXPECT_THAT(plan.common.fixtures, ElementsAre("size_4096.bin", "oliver_twist.txt"));
  EXPECT_THAT(plan.common.ops, ElementsAre(protocol::Op::get));
  EXPECT_EQ(plan.common.max_time_s, 60);
  EXPECT_DOUBLE_EQ(plan.smallest_effect, 0.02);
  EXPECT_EQ(plan.common.seed, 7u);
}

TEST(ComparePlan, KeepsBothServersApart) {
  CompareRequest request;
  request.base = "build-a/bin/bftpd --port {port} --root {root}";
  request.head = "build-b/bin/bftpd --port {port} --root {root}";
  const ComparePlan plan = made(request);
  EXPECT_EQ(plan.base.argv_template.front(), "build-a/bin/bftpd");
  EXPECT_EQ(plan.common.server.argv_template.front(), "build-b/bin/bftpd");
}

TEST(ComparePlan, SortsClientCountsAndTakesEachOnce) {
  CompareRequest request;
  request.clients = "8,1,8";
  const ComparePlan plan = made(request);
  EXPECT_THAT(plan.client_counts, ElementsAre(1u, 8u));
  EXPECT_EQ(plan.common.clients.count, 8u);
}

TEST(ComparePlan, WaitsLongerWhenItShallBeConclusive) {
  CompareRequest request;
  request.until_conclusive = true;
  EXPECT_EQ(made(request).common.max_time_s, 300);
  request.common.max_time = "20s";
  EXPECT_EQ(made(request).common.max_time_s, 20);
}

TEST(ComparePlan, TakesEachGateOnce) {
  CompareRequest request;
  request.fail_if = {"throughput<0.95", "cpu>1.1", "throughput<0.95"};
  EXPECT_EQ(made(request).gates.size(), 2u);
}

TEST(ComparePlan, ReadsTheSmallestEffectAsAShare) {
  CompareRequest request;
  request.smallest_effect = "5%";
  EXPECT_DOUBLE_EQ(made(request).smallest_effect, 0.05);
  for (const char* wrong : {"5", "0%", "51%", "-1%", "x%", "%", ""}) {
    request.smallest_effect = wrong;
    EXPECT_THAT(refused(request), StartsWith("--smallest-effect")) << wrong;
  }
}

TEST(ComparePlan, NamesTheOptionThatIsWrong) {
  CompareRequest request;
  request.base = "server --port {prot}";
  EXPECT_THAT(refused(request), StartsWith("--base"));
  request = {};
  request.head = "server | tee log";
  EXPECT_THAT(refused(request), StartsWith("--head"));
  request = {};
  request.clients = "1,,8";
  EXPECT_THAT(refused(request), StartsWith("--clients"));
  request.clients = "1,2,3,4,5,6,7,8,9";
  EXPECT_THAT(refused(request), HasSubstr("at most 8"));
  request = {};
  request.fail_if = {"speedup<1"};
  EXPECT_THAT(refused(request), StartsWith("--fail-if"));
  request = {};
  request.common.max_time = "1s";
  EXPECT_THAT(refused(request), StartsWith("--max-time"));
  request = {};
  request.head = some_server;
  request.common.fixtures = "no_such_file";
  EXPECT_THAT(refused(request), HasSubstr("no_such_file"));
}

TEST(ComparePlan, AdvisesTheOptionsThatItHas) {
  CompareRequest request;
  request.common.dialect = "ftp";
  EXPECT_THAT(refused(request), HasSubstr("say with --base and --head how to start"));
  request.base = some_server;
  EXPECT_THAT(refused(request), HasSubstr("say with --head how to start"));
  request.head = request.base;
  request.base.reset();
  EXPECT_THAT(refused(request), HasSubstr("say with --base how to start"));
  request.base = request.head;
  EXPECT_EQ(made(request).common.server.dialect, "ftp");
}

}  // namespace
}  // namespace bftp::plan
