#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <sstream>

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/parse.hpp>

#include "harness/record/run_record_json.hpp"
#include "tests/report/render.hpp"
#include "tests/report/sample_comparison.hpp"
#include "tests/report/schema_validator.hpp"

namespace bftp::report {
namespace {

namespace json = boost::json;

json::value schema() {
  std::ifstream file(BFTP_SOURCE_DIR "/docs/run.schema.json");
  std::ostringstream text;
  text << file.rdbuf();
  return json::parse(text.str());
}

TEST(ReportRunJson, FitsTheSchema) {
  const json::value rules = schema();
  for (const auto& sample :
       {samples::healthy(), samples::failing(), samples::harness_failed(), samples::nothing(),
        samples::comparison(), samples::comparison_cut_short(), samples::comparison_with_failures()}) {
    EXPECT_THAT(schema_problems(rules, json::parse(render("json", sample))), testing::IsEmpty());
  }
}

TEST(ReportRunJson, TheSchemaUsesNothingThatTheTestCannotCheck) {
  EXPECT_THAT(unknown_keywords(schema()), testing::IsEmpty());
}

TEST(ReportRunJson, TheValidatorFindsProblems) {
  json::value document = json::parse(render("json", samples::healthy()));
  document.as_object().erase("seed");
  document.at("exit_code") = "1";
  document.at("outcome") = "fine";
  document.at("counts").at("pass") = -1;
  document.as_object()["surplus"] = 1;
  const auto problems = schema_problems(schema(), document);
  EXPECT_THAT(problems, testing::SizeIs(5));
}

TEST(ReportRunJson, TheRecordReadsBack) {
  const samples::Sample sample = samples::failing();
  const auto read = record::run_record_from_json(json::parse(render("json", sample)));
  ASSERT_TRUE(read) << read.error().message;
  EXPECT_EQ(read->plan.seed, sample.record.plan.seed);
  EXPECT_EQ(read->blocks.size(), sample.record.blocks.size());
  EXPECT_EQ(read->quiet_points[3].sample.pss_mib, sample.record.quiet_points[3].sample.pss_mib);
  EXPECT_EQ(read->duration_s, sample.record.duration_s);
}

TEST(ReportRunJson, HoldsChecksWithTheirEvidence) {
  const json::value document = json::parse(render("json", samples::failing()));
  EXPECT_EQ(document.at("outcome").as_string(), "failed");
  EXPECT_EQ(document.at("counts").at("fail").to_number<int>(), 3);
  for (const auto& check : document.at("checks").as_array()) {
    if (check.at("id").as_string() != "memory.leak") continue;
    EXPECT_EQ(check.at("series").at(0).at("x").as_array().size(), 13u);
    EXPECT_EQ(check.at("severity").as_string(), "major");
    return;
  }
  FAIL() << "memory.leak is missing";
}

TEST(ReportRunJson, SummariesAreExactInCounts) {
  const json::value document = json::parse(render("json", samples::failing()));
  std::uint64_t transfers = 0;
  for (const auto& summary : document.at("summaries").as_array()) {
    if (!summary.at("client").is_null() || summary.at("arm").as_string() != "server") continue;
    transfers += summary.at("counts").at("transfers").to_number<std::uint64_t>();
  }
  EXPECT_EQ(transfers, 6'400u);
}

}  // namespace
}  // namespace bftp::report
