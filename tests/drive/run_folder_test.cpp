#include "harness/drive/run_folder.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "harness/record/csv.hpp"
#include "tests/temporary_folder.hpp"

namespace bftp::drive {
namespace {

namespace fs = std::filesystem;
using ::testing::EndsWith;
using ::testing::HasSubstr;

class RunFolderTest : public ::testing::Test {
 protected:
  /// The folder of a run of two transfers that came to its end.
  std::string finished_run() {
    const auto folder = RunFolder::create(reports_, "t", "run").value();
    auto record = record_with_rows(*folder);
    record.state = record::RunState::complete;
    EXPECT_TRUE(folder->checkpoint(record));
    EXPECT_TRUE(folder->finish());
    return folder->path();
  }

  void write(const std::string& path, const std::string& text) {
    std::ofstream(path, std::ios::binary) << text;
  }

  std::string slurp(const std::string& path) {
    std::ifstream file(path, std::ios::binary);
    std::stringstream text;
    text << file.rdbuf();
    return text.str();
  }

  record::RunRecord record_with_rows(RunFolder& folder) {
    record::RunRecord record;
    record.fixtures = {{.name = "a,b", .size = 3}};
    record::TransferRecord good;
    good.bytes = 3;
    good.transfer_ms = 1.5;
    good.identical = true;
    record::TransferRecord bad;
    bad.iteration = 1;
    bad.error = record::TransferError::reset;
    bad.detail = "RST after 2 bytes";
    bad.client_end = protocol::ClientEnd{.exit_code = 0};
    bad.worker_cpu_ms = 2.5;
    for (const auto& row : {good, bad}) {
      record.transfers.add(row);
      EXPECT_TRUE(folder.transfer(row, "a,b"));
    }
    EXPECT_TRUE(folder.sample({.time_s = 1, .processes = 2, .anon_mib = 3.5}));
    record.samples_taken = 1;
    return record;
  }

  const TemporaryFolder folder_;
  const std::string reports_ = folder_.path();
};

TEST_F(RunFolderTest, NamesFolderAndLatest) {
  const auto first = RunFolder::create(reports_, "20260131T120000Z", "run");
  ASSERT_TRUE(first) << first.error().message;
  EXPECT_THAT((*first)->path(), EndsWith("/20260131T120000Z-run"));
  const auto second = RunFolder::create(reports_, "20260131T120000Z", "run");
  ASSERT_TRUE(second);
  EXPECT_THAT((*second)->path(), EndsWith("/20260131T120000Z-run-2"));
  EXPECT_EQ(fs::read_symlink(reports_ + "/latest"), "20260131T120000Z-run-2");
}

TEST_F(RunFolderTest, AKilledRunIsReadable) {
  const auto folder =
      RunFolder::create(reports_, "t", "run").value().release();  // never finished, as after SIGKILL
  auto record = record_with_rows(*folder);
  ASSERT_TRUE(folder->checkpoint(record));
  std::ofstream(folder->path() + "/transfers.csv.partial", std::ios::app)
      << "2,0,server,get,\"a";  // cut short
  const auto read = read_run(folder->path());
  ASSERT_TRUE(read) << read.error().message;
  EXPECT_EQ(read->state, record::RunState::running);
  EXPECT_EQ(read->transfers.total(record::Arm::server).transfers, 2u);
  EXPECT_EQ(read->transfers.failures().at(0).detail, "RST after 2 bytes");
  EXPECT_EQ(read->samples.at(0).processes, 2u);
  EXPECT_EQ(read->samples.at(0).anon_mib, 3.5);
  delete folder;
}

TEST_F(RunFolderTest, FinishGivesTheFilesTheirNames) {
  const auto folder = RunFolder::create(reports_, "t", "run").value();
  auto record = record_with_rows(*folder);
  ASSERT_TRUE(folder->checkpoint(record));
  ASSERT_TRUE(folder->finish());
  EXPECT_TRUE(fs::exists(folder->file("transfers.csv")));
  EXPECT_FALSE(fs::exists(folder->file("transfers.csv.partial")));
  const auto read = read_run(folder->path() + "/run.json");
  ASSERT_TRUE(read) << read.error().message;
  EXPECT_EQ(read->transfers.failures_total(), 1u);
  const auto& failure = read->transfers.failures().at(0);
  ASSERT_TRUE(failure.client_end);
  EXPECT_EQ(failure.client_end->exit_code, 0);
  EXPECT_EQ(failure.worker_cpu_ms, 2.5);
}

TEST_F(RunFolderTest, ReadsARunOfBeforeThereWasMoreOfASample) {
  const auto folder = RunFolder::create(reports_, "t", "run").value();
  auto record = record_with_rows(*folder);
  ASSERT_TRUE(folder->checkpoint(record));
  ASSERT_TRUE(folder->finish());
  ASSERT_TRUE(fs::remove(folder->file("resources_more.csv")));
  const auto read = read_run(folder->path());
  ASSERT_TRUE(read) << read.error().message;
  EXPECT_EQ(read->samples.at(0).processes, 2u);
  EXPECT_EQ(read->samples.at(0).anon_mib, std::nullopt);
}

TEST_F(RunFolderTest, HalfOfTheTransfersAreNotTakenForAll) {
  const std::string run = finished_run();
  const std::string whole = slurp(run + "/transfers.csv");
  write(run + "/transfers.csv", whole.substr(0, whole.find('\n', whole.find('\n') + 1) + 1));
  const auto cut = read_run(run);
  ASSERT_FALSE(cut);
  EXPECT_THAT(cut.error().message, HasSubstr("transfers.csv has 1 whole rows where run.json tells of 2"));
  fs::remove(run + "/transfers.csv");
  EXPECT_THAT(read_run(run).error().message, HasSubstr("transfers.csv is not there"));
  write(run + "/transfers.csv", whole);
  EXPECT_TRUE(read_run(run));
}

TEST_F(RunFolderTest, FailuresThatAreGoneAreMissedInDocumentsThatCountNoRows) {
  const std::string run = finished_run();
  std::string text = slurp(run + "/run.json");
  const std::string rows = "\"series_rows\":{\"transfers\":2,\"resources\":1},";
  ASSERT_NE(text.find(rows), std::string::npos);
  write(run + "/run.json", text.erase(text.find(rows), rows.size()));
  EXPECT_TRUE(read_run(run));
  const std::string whole = slurp(run + "/transfers.csv");
  write(run + "/transfers.csv", whole.substr(0, whole.find('\n', whole.find('\n') + 1) + 1));
  EXPECT_THAT(read_run(run).error().message, HasSubstr("has 0 failed transfers where run.json tells of 1"));
}

TEST_F(RunFolderTest, ReadingsThatAreGoneAreNotNoReadings) {
  const std::string run = finished_run();
  fs::remove(run + "/resources.csv");
  EXPECT_THAT(read_run(run).error().message, HasSubstr("resources.csv is not there"));
}

TEST_F(RunFolderTest, AFolderIsBeingWrittenAsLongAsTheRunLives) {
  auto folder = RunFolder::create(reports_, "t", "run").value();
  const std::string path = folder->path();
  EXPECT_TRUE(is_being_written(path));
  EXPECT_TRUE(is_being_written(path + "/run.json"));
  EXPECT_TRUE(is_being_written(reports_ + "/latest"));
  folder.reset();
  EXPECT_FALSE(is_being_written(path));
  EXPECT_FALSE(is_being_written(reports_ + "/nothing"));
}

TEST_F(RunFolderTest, WhatALaterVersionWroteIsRefused) {
  const std::string run = finished_run();
  std::string text = slurp(run + "/run.json");
  const std::string now = "\"schema_version\":1";
  ASSERT_NE(text.find(now), std::string::npos);
  write(run + "/run.json", text.replace(text.find(now), now.size(), "\"schema_version\":2"));
  EXPECT_THAT(read_run(run).error().message, HasSubstr("its schema_version is 2, and this one reads 1"));
  write(run + "/run.json", R"({"schema":"bftp-torture/doctor","schema_version":1})");
  EXPECT_THAT(read_run(run).error().message, HasSubstr("is no run of bftp-torture"));
}

TEST_F(RunFolderTest, SaysWhatIsWrongWithARun) {
  const auto none = read_run(reports_ + "/nothing");
  ASSERT_FALSE(none);
  EXPECT_THAT(none.error().message, HasSubstr("is it the folder of a run?"));
  std::ofstream(reports_ + "/run.json") << "{";
  EXPECT_THAT(read_run(reports_).error().message, HasSubstr("is no JSON"));
  std::ofstream(reports_ + "/run.json") << R"({"fixtures":[]})";
  std::ofstream(reports_ + "/transfers.csv") << record::transfers_csv_header() << "1,0,server\n";
  EXPECT_THAT(read_run(reports_).error().message, HasSubstr("transfers.csv:2:"));
}

}  // namespace
}  // namespace bftp::drive
