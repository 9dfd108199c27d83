// What a dialect has decides what a plan may ask of it.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "harness/plan/make_plan.hpp"

namespace bftp::plan {
namespace {

using protocol::Op;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

PlanRequest request_of(const char* dialect) {
  PlanRequest request;
  request.dialect = dialect;
  return request;
}

TEST(DialectPlan, LeavesOutPutWhereThereIsNone) {
  EXPECT_THAT(make_plan(request_of("bftp"))->ops, ElementsAre(Op::get, Op::put));
  EXPECT_THAT(make_plan(request_of("nul"))->ops, ElementsAre(Op::get));
  EXPECT_THAT(make_plan(request_of("http"))->ops, ElementsAre(Op::get));
}

TEST(DialectPlan, RefusesAPutThatWasAskedFor) {
  auto request = request_of("line");
  request.ops = "get,put";
  EXPECT_EQ(make_plan(request).error().message,
            "--ops: the dialect line has no PUT (clause 7.3); right is get");
  request.ops = "get";
  EXPECT_THAT(make_plan(request)->ops, ElementsAre(Op::get));
}

TEST(DialectPlan, RefusesLastingConnectionsWhereEachServesOneFile) {
  auto request = request_of("sized");
  request.lasting_connections = "true";
  EXPECT_THAT(make_plan(request).error().message, HasSubstr("serves one file only (clause 7.5)"));
  request.dialect = "stream";
  EXPECT_TRUE(make_plan(request)->clients.lasting_connections);
}

TEST(DialectPlan, StartsTheReferenceServerInTheDialect) {
  PlanContext context;
  context.reference_command = "bftpd --port {port}";
  EXPECT_EQ(make_plan(request_of("fixed"), context)->server.command, "bftpd --port {port} --dialect fixed");
  EXPECT_EQ(make_plan(request_of("bftp"), context)->server.command, "bftpd --port {port}");
  EXPECT_EQ(make_plan(request_of("http1.1"), context)->server.command,
            "bftpd --port {port} --dialect http1.1");
  const auto refused = make_plan(request_of("ftp"), context);
  ASSERT_FALSE(refused);
  EXPECT_THAT(refused.error().message, HasSubstr("the reference server does not speak ftp"));
}

TEST(DialectPlan, TakesACaFileWhereThereIsACertificateOnly) {
  auto request = request_of("https");
  request.server = "https-server {port} {root}";
  request.ca_file = "certificates/ca.pem";
  EXPECT_EQ(make_plan(request)->server.ca_file, "certificates/ca.pem");
  request.dialect = "http";
  EXPECT_EQ(make_plan(request).error().message,
            "--ca-file: the dialect http is not encrypted, so there is no certificate to verify; right is "
            "--dialect https, or leave it out");
  EXPECT_THAT(make_plan(request_of("https")).error().message,
              HasSubstr("the reference server does not speak https"));
}

TEST(DialectPlan, ASlipIsAnsweredWithTheNearestName) {
  EXPECT_THAT(make_plan(request_of("htpp")).error().message, HasSubstr("did you mean \"http\"?"));
  EXPECT_THAT(make_plan(request_of("steam")).error().message, HasSubstr("did you mean \"stream\"?"));
}

}  // namespace
}  // namespace bftp::plan
