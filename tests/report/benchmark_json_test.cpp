/// Google Benchmark's JSON, read by Google Benchmark's own compare.py (Debian's libbenchmark-tools). Its
/// statistics come from a stand-in: Debian's SciPy conflicts with the Boost that we build with.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>

#include <boost/json/parse.hpp>

#include "tests/report/render.hpp"
#include "tests/report/sample_comparison.hpp"
#include "tests/temporary_folder.hpp"

namespace bftp::report {
namespace {

using ::testing::HasSubstr;

TEST(BenchmarkJson, HasARepetitionForEachBlock) {
  const auto sample = samples::healthy();
  const auto document = boost::json::parse(render("benchmark-json", sample));
  const auto& context = document.at("context").as_object();
  EXPECT_EQ(context.at("host_name").as_string(), sample.record.machine.hostname);
  EXPECT_EQ(context.at("num_cpus").to_number<unsigned>(), sample.record.machine.cores);
  EXPECT_THAT(std::string(context.at("date").as_string()), HasSubstr("+00:00"));
  std::size_t iterations = 0, aggregates = 0;
  std::uint64_t repetitions = 0;
  const std::string first(document.at("benchmarks").at(0).at("run_name").as_string());
  for (const auto& row : document.at("benchmarks").as_array()) {
    EXPECT_EQ(row.at("time_unit").as_string(), "us");
    EXPECT_GE(row.at("real_time").to_number<double>(), 0);
    EXPECT_GE(row.at("cpu_time").to_number<double>(), 0);
    if (row.at("run_name").as_string() != first) continue;
    if (row.at("run_type").as_string() == "iteration") {
      EXPECT_EQ(row.at("repetition_index").to_number<std::size_t>(), iterations++);
      EXPECT_GT(row.at("iterations").to_number<unsigned>(), 0u);
      repetitions = row.at("repetitions").to_number<std::uint64_t>();
    } else {
      ++aggregates;
    }
  }
  EXPECT_EQ(iterations, repetitions);
  EXPECT_GT(iterations, 1u) << "the U test wants repetitions";
  EXPECT_EQ(aggregates, 4u) << "mean, median, stddev, cv";
}

TEST(BenchmarkJson, NamesArmOperationAndFile) {
  const std::string text = render("benchmark-json", samples::healthy());
  EXPECT_THAT(text, HasSubstr("\"name\": \"GET/"));
  EXPECT_THAT(text, HasSubstr("\"name\": \"PUT/"));
  EXPECT_THAT(text, HasSubstr("\"name\": \"control/GET/"));
}

TEST(BenchmarkJson, HoldsBothServersOfAComparison) {
  const std::string text = render("benchmark-json", samples::comparison());
  EXPECT_THAT(text, HasSubstr("\"name\": \"base/GET/"));
  EXPECT_THAT(text, HasSubstr("\"name\": \"head/GET/"));
  EXPECT_THAT(text, HasSubstr("time is the block's median"));
}

TEST(BenchmarkJson, UnknownCpuTimeIsSaid) {
  auto sample = samples::healthy();
  for (auto& block : sample.record.blocks) block.server_cpu_s.reset();
  EXPECT_THAT(render("benchmark-json", sample), HasSubstr("CPU time unknown"));
}

TEST(BenchmarkJson, OfNothingIsStillADocument) {
  const auto document = boost::json::parse(render("benchmark-json", samples::harness_failed()));
  EXPECT_TRUE(document.at("benchmarks").as_array().empty());
}

/// Runs compare.py on two files and hands back what it prints.
std::string compared(const std::filesystem::path& folder) {
  const std::string command =
      "cd '" + folder.string() +
      "' && PYTHONDONTWRITEBYTECODE=1 PYTHONPATH='" BFTP_SOURCE_DIR
      "/tests/report/scipy_stand_in' python3 /usr/share/benchmark/compare.py --no-color "
      "benchmarks base.json head.json >out.txt 2>&1";
  const int status = std::system(command.c_str());
  std::ifstream out(folder / "out.txt");
  std::string text((std::istreambuf_iterator<char>(out)), {});
  EXPECT_EQ(status, 0) << text;
  return text;
}

TEST(BenchmarkJson, GoogleBenchmarksCompareReadsIt) {
  const TemporaryFolder folder;
  samples::Shape shape;
  shape.rounds = 12;
  samples::Sample base{samples::make_record(shape), {}, 0};
  samples::Sample head{samples::make_record(shape), {}, 0};
  folder.write("base.json", render("benchmark-json", base));
  folder.write("head.json", render("benchmark-json", head));
  const std::string text = compared(folder.path());
  EXPECT_THAT(text, HasSubstr("Benchmark"));
  EXPECT_THAT(text, HasSubstr("GET/"));
  EXPECT_THAT(text, HasSubstr("_pvalue")) << "the U test ran";
  EXPECT_THAT(text, HasSubstr("U Test, Repetitions: "));
  EXPECT_THAT(text, HasSubstr("+0.0000")) << "the same figures twice";
}

}  // namespace
}  // namespace bftp::report
