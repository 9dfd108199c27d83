#include "harness/report/html/page.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <boost/json/object.hpp>
#include <boost/json/parse.hpp>

#include "tests/report/render.hpp"

namespace bftp::report::page_test {
namespace {

namespace json = boost::json;

constexpr Assets stubs{"/*chart*/", "/*style*/", "/*script*/"};

std::string page_of(const samples::Sample& sample) {
  return html_page(sample.report(), stubs);
}

json::value data_of(const std::string& page) {
  constexpr std::string_view start = "id=\"report-data\">";
  const std::size_t from = page.find(start) + start.size();
  return json::parse(page.substr(from, page.find("</script>", from) - from));
}

TEST(ReportPage, IsOneFileThatLoadsNothing) {
  const std::string page = render("html", samples::failing());
  EXPECT_THAT(page, testing::StartsWith("<!DOCTYPE html>"));
  for (const char* part : {"<link", "src=\"", "@import", "url(", "<iframe", "<base"}) {
    EXPECT_EQ(page_of(samples::failing()).find(part), std::string::npos) << part;
  }
  EXPECT_THAT(page, testing::HasSubstr("Chart.js v3"));
}

TEST(ReportPage, ThePolicyNamesItsScriptsByHash) {
  const std::string page = page_of(samples::healthy());
  // printf '/*script*/' | openssl dgst -sha256 -binary | base64
  EXPECT_THAT(page, testing::HasSubstr("default-src 'none'"));
  EXPECT_THAT(page, testing::HasSubstr("'sha256-CzvGymD9/D/16n4vHNLuDGQfYei9cR3VP+f3aca7yFo='"));
  EXPECT_EQ(page.find("unsafe"), std::string::npos);
}

TEST(ReportPage, OfCasesAloneNamesNoWorkThatWasNotDone) {
  auto sample = samples::healthy();
  sample.record.plan.only = {"hostile.parent_folder"};
  sample.record.cases = {{.id = "hostile.parent_folder", .took_s = 2.5}};
  const std::string page = page_of(sample);
  for (const char* word : {">Profile<", ">Iterations<", ">Loop<"})
    EXPECT_EQ(page.find(word), std::string::npos) << word;
  EXPECT_NE(page.find(">Cases<"), std::string::npos);
  EXPECT_NE(page.find("1 case<"), std::string::npos);
}

TEST(ReportPage, HostileTextIsHarmless) {
  const std::string page = page_of(samples::failing());
  EXPECT_EQ(occurrences(page, "<script"), 3u) << "data, library and ours";
  EXPECT_EQ(occurrences(page, "</script>"), 3u);
  EXPECT_EQ(page.find("<img"), std::string::npos);
  EXPECT_EQ(page.find('\x1b'), std::string::npos);
  EXPECT_EQ(page.find("\xe2\x80\xae"), std::string::npos) << "right-to-left override";
  EXPECT_EQ(page.find("\xe2\x80\xa8"), std::string::npos) << "line separator";
  EXPECT_THAT(page, testing::HasSubstr("&lt;/script&gt;&lt;script&gt;alert(1)"));
}

TEST(ReportPage, NamesOfFixturesAndServersAreEscapedEverywhere) {
  samples::Sample sample = samples::small_failing();
  sample.record.fixtures[0].name = samples::hostile_text;
  sample.record.plan.server.command = samples::hostile_text;
  sample.record.machine.hostname = samples::hostile_text;
  sample.record.warnings[0].text = samples::hostile_text;
  sample.verdicts[0].id = samples::hostile_text;
  sample.verdicts[0].title = samples::hostile_text;
  const std::string page = page_of(sample);
  EXPECT_EQ(occurrences(page, "<script"), 3u);
  EXPECT_EQ(page.find("<img"), std::string::npos);
  EXPECT_NO_THROW(data_of(page));
}

TEST(ReportPage, TheVerdictAndItsReasonsComeFirst) {
  const std::string page = page_of(samples::failing());
  const std::size_t title = page.find("<h1>"), checks = page.find("id=\"checks\""),
                    transfers = page.find("id=\"transfers\"");
  EXPECT_LT(title, checks);
  EXPECT_LT(checks, transfers);
  EXPECT_LT(page.find("Each tenth GET takes 40 ms longer"), checks);
}

TEST(ReportPage, EveryCheckHasItsPlace) {
  const std::string page = page_of(samples::failing());
  for (const auto& verdict : samples::failing_verdicts()) {
    EXPECT_EQ(occurrences(page, " id=\"check-" + verdict.id + "\""), 1u) << verdict.id;
    EXPECT_GE(occurrences(page, "href=\"#check-" + verdict.id + "\""), 1u) << verdict.id;
  }
  EXPECT_EQ(occurrences(page, "<details open class=\"check"), 4u)
      << "failures and the inconclusive one lie open";
}

TEST(ReportPage, EveryChartHasItsDataAndItsWords) {
  const std::string page = page_of(samples::failing());
  const json::value data = data_of(page);
  std::size_t charts = 0;
  for (const char* kind : {"transfers", "resources", "evidence"}) {
    for (const auto& chart : data.at(kind).as_array()) {
      const std::string id(chart.at("id").as_string());
      EXPECT_THAT(page, testing::HasSubstr("data-chart=\"" + id + "\""));
      ++charts;
    }
  }
  EXPECT_EQ(charts, 8u);
  EXPECT_EQ(occurrences(page, "<canvas role=\"img\" aria-label=\"Chart: "), charts);
}

TEST(ReportPage, LinksLeadSomewhere) {
  for (const auto& sample : {samples::failing(), samples::harness_failed(), samples::nothing()}) {
    const std::string page = page_of(sample);
    for (std::size_t at = 0; (at = page.find("href=\"#", at)) != std::string::npos;) {
      at += 7;
      const std::string id = page.substr(at, page.find('"', at) - at);
      EXPECT_THAT(page, testing::HasSubstr(" id=\"" + id + "\""));
    }
  }
}

TEST(ReportPage, AFailedHarnessIsNotAFailedServer) {
  const std::string page = page_of(samples::harness_failed());
  EXPECT_THAT(page, testing::HasSubstr("Not judged"));
  EXPECT_THAT(page, testing::HasSubstr("can&#39;t open file"));
  EXPECT_EQ(page.find("is-failed"), std::string::npos);
}

TEST(ReportPage, StaysSmallForAHundredThousandTransfers) {
  const samples::Sample sample = samples::large();
  ASSERT_GE(sample.record.transfers.total(record::Arm::server).transfers, 100'000u);
  const std::string page = render("html", sample);
  EXPECT_LT(page.size(), 3u << 20);
  std::size_t points = 0;
  const json::value data = data_of(page);
  for (const char* kind : {"transfers", "resources", "evidence"}) {
    for (const auto& chart : data.at(kind).as_array()) {
      for (const auto& view : chart.at("views").as_array()) {
        for (const auto& line : view.at("lines").as_array()) {
          const std::size_t size = line.at("x").as_array().size();
          EXPECT_LE(size, 2'000u);
          EXPECT_EQ(size, line.at("y").as_array().size());
          points += size;
        }
      }
    }
  }
  EXPECT_LE(points, 20'000u);
  EXPECT_GE(points, 5'000u) << "thinning must leave something to see";
}

}  // namespace
}  // namespace bftp::report::page_test
