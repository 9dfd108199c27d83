#include "harness/record/csv.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace bftp::record {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::StartsWith;

TransferRecord sample_transfer() {
  TransferRecord record;
  record.iteration = 7;
  record.client = 3;
  record.op = Op::put;
  record.fixture = 1;
  record.bytes = 1048576;
  record.start_s = 1.25;
  record.first_byte_ms = 0.125;
  record.transfer_ms = 0.5;
  record.sha256 = protocol::sha256("abc");
  record.identical = true;
  return record;
}

TEST(TransfersCsv, HasTheFixedColumns) {
  EXPECT_EQ(transfers_csv_header(),
            "iteration,client,arm,op,fixture,bytes,start_s,connect_ms,first_byte_ms,transfer_ms,throughput_"
            "mib_s,sha256,"
            "identical,error\n");
}

TEST(TransfersCsv, LeavesUnknownCellsEmpty) {
  EXPECT_EQ(to_csv_row(sample_transfer(), "db.csv"),
            "7,3,server,put,db.csv,1048576,1.250000000,,0.125000,0.500000,2000.000,"
            "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad,true,\n");
}

TEST(TransfersCsv, ReadsBackWhatItWrote) {
  const TransferRecord written = sample_transfer();
  const auto read = transfer_from_csv(to_csv_row(written, "=a, \"b\""), {"other", "=a, \"b\""});
  ASSERT_TRUE(read) << read.error().message;
  EXPECT_EQ(read->iteration, written.iteration);
  EXPECT_EQ(read->client, written.client);
  EXPECT_EQ(read->op, written.op);
  EXPECT_EQ(read->fixture, 1);
  EXPECT_EQ(read->connect_ms, std::nullopt);
  EXPECT_EQ(read->transfer_ms, written.transfer_ms);
  EXPECT_EQ(read->sha256, written.sha256);
  EXPECT_EQ(read->identical, true);
  EXPECT_EQ(read->error, TransferError::none);
}

TEST(TransfersCsv, KeepsAnErrorWithoutTimes) {
  TransferRecord record;
  record.error = TransferError::reset;
  const auto read = transfer_from_csv(to_csv_row(record, "f"), {"f"});
  ASSERT_TRUE(read) << read.error().message;
  EXPECT_EQ(read->error, TransferError::reset);
  EXPECT_EQ(read->transfer_ms, std::nullopt);
  EXPECT_EQ(read->identical, std::nullopt);
}

TEST(TransfersCsv, NamesTheColumnThatDoesNotFit) {
  const auto bad_number = transfer_from_csv("x,0,server,get,f,1,1.0,,,,,,,", {"f"});
  ASSERT_FALSE(bad_number);
  EXPECT_THAT(bad_number.error().message, HasSubstr("column 1"));
  const auto bad_fixture = transfer_from_csv("1,0,server,get,g,1,1.0,,,,,,,", {"f"});
  ASSERT_FALSE(bad_fixture);
  EXPECT_THAT(bad_fixture.error().message, HasSubstr("no fixture"));
  const auto short_row = transfer_from_csv("1,0,server", {"f"});
  ASSERT_FALSE(short_row);
  EXPECT_THAT(short_row.error().message, HasSubstr("3 columns where 14"));
}

TEST(CsvCell, QuotesAndDefusesFormulas) {
  EXPECT_EQ(csv_cell("plain"), "plain");
  EXPECT_EQ(csv_cell("a,b"), "\"a,b\"");
  EXPECT_EQ(csv_cell("a\"b"), "\"a\"\"b\"");
  EXPECT_EQ(csv_cell("line\nbreak"), "\"line\nbreak\"");
  EXPECT_EQ(csv_cell("=1+1"), "'=1+1");
  EXPECT_EQ(csv_cell("@x,y"), "\"'@x,y\"");
  EXPECT_EQ(csv_cell(""), "");
}

TEST(SplitCsvRow, HandlesQuotesAndEmptyCells) {
  const auto cells = split_csv_row("a,,\"b,\"\"c\"\"\",\n");
  ASSERT_TRUE(cells);
  EXPECT_THAT(*cells, ElementsAre("a", "", "b,\"c\"", ""));
  EXPECT_FALSE(split_csv_row("a,\"b"));
}

TEST(ResourcesCsv, ReadsBackWhatItWrote) {
  ResourceSample sample;
  sample.time_s = 2.5;
  sample.processes = 3;
  sample.cpu_user_s = 0.25;
  sample.cpu_system_s = 0.5;
  sample.pss_mib = 1.5;
  const std::string row = to_csv_row(sample);
  EXPECT_EQ(row, "2.500000,server,3,,0.250000,0.500000,,1.500,,,\n");
  const auto read = sample_from_csv(row);
  ASSERT_TRUE(read) << read.error().message;
  EXPECT_EQ(read->processes, 3u);
  EXPECT_EQ(read->threads, std::nullopt);
  EXPECT_EQ(read->pss_mib, 1.5);
  EXPECT_EQ(read->cpu_total_s, 0.75);
  EXPECT_THAT(resources_csv_header(), StartsWith("time_s,arm,processes"));
}

TEST(ResourcesMoreCsv, ReadsBackWhatItWrote) {
  ResourceSample written;
  written.cpu_total_s = 0.7512345;
  written.anon_mib = 68.25;
  const std::string plain = to_more_csv_row(written);
  EXPECT_EQ(plain, "0.751234500,,,68.250000,,,,\n");
  ResourceSample read;
  ASSERT_TRUE(add_more_from_csv(plain, read));
  EXPECT_EQ(read.cpu_total_s, 0.7512345);
  EXPECT_EQ(read.private_mib, std::nullopt);
  EXPECT_EQ(read.anon_mib, 68.25);
  EXPECT_FALSE(read.collector);

  written.pss_file_mib = 3.5;
  written.collector = {.runs = 5, .whole_runs = 2, .survived_mib = 1.5, .just_ran = true};
  ASSERT_TRUE(add_more_from_csv(to_more_csv_row(written), read));
  ASSERT_TRUE(read.collector);
  EXPECT_EQ(read.collector->runs, 5u);
  EXPECT_EQ(read.collector->whole_runs, 2u);
  EXPECT_EQ(read.collector->survived_mib, 1.5);
  EXPECT_TRUE(read.collector->just_ran);
  EXPECT_EQ(read.pss_file_mib, 3.5);
  EXPECT_THAT(resources_more_csv_header(), StartsWith("cpu_total_s,private_mib,pss_file_mib,anon_mib,"));
}

TEST(ResourcesMoreCsv, SaysWhichColumnIsWrong) {
  ResourceSample sample;
  EXPECT_EQ(add_more_from_csv("1,x,,,,,,", sample).error().message, "column 2: 'x' is no number");
  EXPECT_EQ(add_more_from_csv("1,2", sample).error().message, "a row has 2 columns where 8 are due");
}

}  // namespace
}  // namespace bftp::record
