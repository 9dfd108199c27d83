#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string_view>

#include <pugixml.hpp>

#include "tests/report/render.hpp"

namespace bftp::report {
namespace {

class ReportJunit : public testing::Test {
 protected:
  pugi::xml_node suite_of(const samples::Sample& sample) {
    text_ = render("junit", sample);
    const auto result = document_.load_buffer(text_.data(), text_.size());
    EXPECT_TRUE(result) << result.description();
    return document_.child("testsuites").child("testsuite");
  }
  pugi::xml_node testcase(pugi::xml_node suite, std::string_view id) {
    for (auto node : suite.children("testcase")) {
      if (std::string_view(node.attribute("name").value()).starts_with(id)) return node;
    }
    return {};
  }
  std::string text_;
  pugi::xml_document document_;
};

TEST_F(ReportJunit, CountsAgreeWithTheTestcases) {
  const auto suite = suite_of(samples::failing());
  EXPECT_EQ(suite.attribute("tests").as_int(), 15);
  EXPECT_EQ(suite.attribute("failures").as_int(), 3);
  EXPECT_EQ(suite.attribute("errors").as_int(), 1);
  EXPECT_EQ(suite.attribute("skipped").as_int(), 1);
  int cases = 0, failures = 0, errors = 0, skipped = 0;
  for (auto node : suite.children("testcase")) {
    ++cases, failures += !node.child("failure").empty(), errors += !node.child("error").empty();
    skipped += !node.child("skipped").empty();
  }
  EXPECT_EQ(cases, 15);
  EXPECT_EQ(failures, 3);
  EXPECT_EQ(errors, 1);
  EXPECT_EQ(skipped, 1);
}

TEST_F(ReportJunit, AFailureExplainsItself) {
  const auto node = testcase(suite_of(samples::failing()), "uniformity.stalls");
  EXPECT_STREQ(node.attribute("classname").value(), "bftp-torture.uniformity");
  EXPECT_STREQ(node.child("failure").attribute("type").value(), "major");
  EXPECT_THAT(node.child("failure").text().get(), testing::HasSubstr("To see it again:\nbftp-torture run"));
}

TEST_F(ReportJunit, TheTimeOfACaseIsToldAndAddedToTheSuites) {
  samples::Sample sample = samples::failing();
  record::CaseOutcome outcome;
  outcome.id = "uniformity.tail";
  outcome.took_s = 2.5;
  sample.record.duration_s = 10;
  sample.record.cases = {outcome};
  const auto suite = suite_of(sample);
  EXPECT_STREQ(suite.attribute("time").value(), "12.500");
  EXPECT_STREQ(testcase(suite, "uniformity.tail").attribute("time").value(), "2.500");
  EXPECT_TRUE(testcase(suite, "uniformity.stalls").attribute("time").empty());
}

TEST_F(ReportJunit, InconclusiveIsAnError) {
  const auto node = testcase(suite_of(samples::failing()), "uniformity.tail");
  EXPECT_STREQ(node.child("error").attribute("type").value(), "inconclusive");
}

TEST_F(ReportJunit, AWaivedFailureIsNeitherGreenNorRed) {
  samples::Sample sample = samples::healthy();
  auto& waived = sample.verdicts.front();
  waived.status = judge::Status::warn;
  waived.waived = "issue 12";
  waived.summary = "Failed, and waived: issue 12";
  const auto suite = suite_of(sample);
  EXPECT_EQ(suite.attribute("failures").as_int(), 0);
  EXPECT_EQ(suite.attribute("skipped").as_int(), 1);
  const auto node = testcase(suite, waived.id);
  EXPECT_STREQ(node.child("skipped").attribute("type").value(), "waived");
  EXPECT_STREQ(node.child("skipped").attribute("message").value(), "Failed, and waived: issue 12");
  EXPECT_TRUE(node.child("system-out").empty());
}

TEST_F(ReportJunit, ARunThatJudgedNothingIsNotGreen) {
  const auto suite = suite_of(samples::harness_failed());
  EXPECT_EQ(suite.attribute("tests").as_int(), 1);
  EXPECT_EQ(suite.attribute("errors").as_int(), 1);
  EXPECT_FALSE(suite.child("testcase").child("error").empty());
}

TEST_F(ReportJunit, HostileTextIsValidXml) {
  const auto suite = suite_of(samples::failing());
  for (const char byte : text_) {
    const auto value = static_cast<unsigned char>(byte);
    EXPECT_TRUE(value >= 0x20 || value == '\n' || value == '\t') << static_cast<int>(value);
  }
  EXPECT_EQ(text_.find("<script"), std::string::npos);
  EXPECT_THAT(testcase(suite, "identity.copies").child("failure").text().get(),
              testing::HasSubstr("</script><script>"));
  EXPECT_THAT(suite.child("system-err").text().get(), testing::HasSubstr("\\x1b[31mMemoryError"));
}

TEST_F(ReportJunit, OutputIsBounded) {
  samples::Sample sample;
  judge::Verdict verdict;
  verdict.status = judge::Status::fail;
  verdict.happened = std::string(10'000'000, 'x');
  sample.verdicts = {verdict};
  EXPECT_LT(render("junit", sample).size(), 100'000u);
}

}  // namespace
}  // namespace bftp::report
