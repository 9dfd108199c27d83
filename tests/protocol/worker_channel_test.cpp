#include "protocol/worker_channel.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <limits>

#include "protocol/request.hpp"

namespace bftp::protocol {
namespace {

using ::testing::HasSubstr;

WorkerJob some_job() {
  WorkerJob job;
  job.client = 3;
  job.verify = Verify::bytes;
  job.lasting_connection = true;
  job.arena_bytes = 1ULL << 40;
  job.hash_threads = 2;
  job.transfer_deadline_s = 0.1;
  job.receive_buffer_bytes = 262'144;
  job.put_tag = "7f3a";
  job.ca_file = "ca/authority.pem";
  job.evidence_folder = "/tmp/some where";
  job.evidence_max = 9;
  job.fixtures = {{"a name \"quoted\".txt", 936'281, sha256("a"), "/x/a"}, {"é\\n", 0, sha256(""), "/x/b"}};
  return job;
}

WorkerBlock some_block() {
  WorkerBlock block;
  block.block = 7;
  block.host = "::1";
  block.port = 65'535;
  block.dialect = "line";
  block.op = Op::put;
  block.fixtures = {1, 0, 1};
  block.first_iteration = 100;
  block.iterations = 50;
  block.start_interval_s = 0.001;
  block.start_offset_s = 0.0005;
  block.hold_verification = true;
  block.hold_s = 2.5;
  block.may_store = true;
  block.server_root = "/srv";
  return block;
}

WorkerRecord some_record() {
  WorkerRecord record;
  record.iteration = 4'294'967'295;
  record.op = Op::put;
  record.fixture = 2;
  record.bytes = std::numeric_limits<std::uint64_t>::max();
  record.start_ns = std::numeric_limits<std::int64_t>::max();
  record.connect_ns = 0;
  record.first_byte_ns = -1;
  record.transfer_ns = 123'456'789'012;
  record.cpu_ns = 17;
  record.sha256 = sha256("x");
  record.identical = false;
  record.first_difference = 65'536;
  record.error = TransferError::wrong_size;
  record.detail = "announced 5 bytes, the fixture has 6";
  record.evidence = "transfer-3.bin";
  return record;
}

// The values have no operator==; two that encode alike are alike, as the next tests look at each member.
TEST(WorkerJobLine, GoesThereAndBack) {
  const auto job = some_job();
  const auto back = parse_worker_job(encode(job)).value();
  EXPECT_EQ(encode(back), encode(job));
  EXPECT_EQ(back.client, 3U);
  EXPECT_EQ(back.dialect, "bftp");
  EXPECT_EQ(back.verify, Verify::bytes);
  EXPECT_TRUE(back.lasting_connection);
  EXPECT_EQ(back.arena_bytes, 1ULL << 40);
  EXPECT_EQ(back.hash_threads, 2U);
  EXPECT_EQ(back.transfer_deadline_s, 0.1);
  EXPECT_EQ(back.receive_buffer_bytes, 262'144);
  EXPECT_EQ(back.put_tag, "7f3a");
  EXPECT_EQ(back.ca_file, "ca/authority.pem");
  EXPECT_EQ(back.evidence_folder, "/tmp/some where");
  EXPECT_EQ(back.evidence_max, 9U);
  ASSERT_EQ(back.fixtures.size(), 2U);
  EXPECT_EQ(back.fixtures[0].name, "a name \"quoted\".txt");
  EXPECT_EQ(back.fixtures[0].size, 936'281U);
  EXPECT_EQ(back.fixtures[0].sha256, sha256("a"));
  EXPECT_EQ(back.fixtures[1].name, "é\\n");
  EXPECT_EQ(back.fixtures[1].local_path, "/x/b");
}

TEST(WorkerSignalLine, GoesThereAndBack) {
  using Kind = WorkerSignal::Kind;
  for (const WorkerSignal signal :
       {WorkerSignal{Kind::transferred, 0}, WorkerSignal{Kind::verify, 4'000'000'000}})
    EXPECT_EQ(parse_worker_signal(encode(signal)).value(), signal);
  EXPECT_EQ(encode(WorkerSignal{Kind::verify, 3}), R"({"verify":3})");
  for (const char* wrong : {"{}", R"({"verify":1,"transferred":1})", R"({"verify":-1})", "[1]", ""})
    EXPECT_FALSE(parse_worker_signal(wrong)) << wrong;
  EXPECT_FALSE(parse_worker_signal(encode(some_record())));
  EXPECT_FALSE(parse_worker_record(R"({"transferred":3})"));
}

TEST(WorkerBlockLine, GoesThereAndBack) {
  const auto back = parse_worker_block(encode(some_block())).value();
  EXPECT_EQ(encode(back), encode(some_block()));
  EXPECT_EQ(back.block, 7U);
  EXPECT_EQ(back.host, "::1");
  EXPECT_EQ(back.port, 65'535);
  EXPECT_EQ(back.dialect, "line");
  EXPECT_EQ(back.op, Op::put);
  EXPECT_THAT(back.fixtures, ::testing::ElementsAre(1, 0, 1));
  EXPECT_EQ(back.first_iteration, 100U);
  EXPECT_EQ(back.iterations, 50U);
  EXPECT_EQ(back.start_interval_s, 0.001);
  EXPECT_EQ(back.hold_s, 2.5);
  EXPECT_TRUE(back.may_store);
  EXPECT_EQ(back.server_root, "/srv");
}

TEST(WorkerBlockLine, LeavesOutAnIntervalThatIsNotSet) {
  EXPECT_EQ(parse_worker_block(encode(WorkerBlock{})).value().start_interval_s, std::nullopt);
}

TEST(WorkerRecordLine, GoesThereAndBack) {
  const auto record = some_record();
  const auto back = parse_worker_record(encode(record)).value();
  EXPECT_EQ(encode(back), encode(record));
  EXPECT_EQ(back.iteration, record.iteration);
  EXPECT_EQ(back.op, record.op);
  EXPECT_EQ(back.fixture, record.fixture);
  EXPECT_EQ(back.bytes, record.bytes);
  EXPECT_EQ(back.start_ns, record.start_ns);
  EXPECT_EQ(back.connect_ns, record.connect_ns);
  EXPECT_EQ(back.first_byte_ns, record.first_byte_ns);
  EXPECT_EQ(back.transfer_ns, record.transfer_ns);
  EXPECT_EQ(back.cpu_ns, record.cpu_ns);
  EXPECT_EQ(back.sha256, record.sha256);
  EXPECT_EQ(back.identical, record.identical);
  EXPECT_EQ(back.first_difference, record.first_difference);
  EXPECT_EQ(back.error, record.error);
  EXPECT_EQ(back.detail, record.detail);
  EXPECT_EQ(back.evidence, record.evidence);
}

TEST(WorkerRecordLine, KeepsUnknownAsUnknown) {
  const auto back = parse_worker_record(encode(WorkerRecord{})).value();
  EXPECT_EQ(back.connect_ns, std::nullopt);
  EXPECT_EQ(back.first_byte_ns, std::nullopt);
  EXPECT_EQ(back.transfer_ns, std::nullopt);
  EXPECT_EQ(back.sha256, std::nullopt);
  EXPECT_EQ(back.identical, std::nullopt);
  EXPECT_EQ(back.first_difference, std::nullopt);
  EXPECT_EQ(back.error, TransferError::none);
  EXPECT_EQ(back.detail, "");
}

TEST(WorkerRecordLine, IsOneLineWhateverAServerPrinted) {
  WorkerRecord record;
  for (int byte = 0; byte < 256; ++byte) record.detail += static_cast<char>(byte);
  const auto line = encode(record);
  EXPECT_EQ(line.find_first_of("\r\n"), line.npos);
  EXPECT_TRUE(is_utf8(line));
  const auto back = parse_worker_record(line).value();
  EXPECT_EQ(back.detail.substr(0, 128), record.detail.substr(0, 128));
  EXPECT_THAT(back.detail, HasSubstr("\xEF\xBF\xBD")) << "U+FFFD in place of what is not UTF-8";
}

TEST(WorkerRecordLine, CutsALongDetailBetweenCharacters) {
  WorkerRecord record;
  record.detail = std::string(299, 'x') + "é and more";
  EXPECT_EQ(parse_worker_record(encode(record)).value().detail, std::string(299, 'x'));
  record.detail = std::string(1000, '\x80');
  EXPECT_LE(parse_worker_record(encode(record)).value().detail.size(), 3U * 300U);
}

TEST(WorkerLines, SayWhatIsWrong) {
  const auto message = [](std::string_view line) {
    return parse_worker_record(line).error().message;
  };
  EXPECT_EQ(parse_worker_record("").error().kind, ErrorKind::malformed);
  EXPECT_THAT(message("{"), HasSubstr("no JSON"));
  EXPECT_THAT(message("[]"), HasSubstr("object is due"));
  EXPECT_THAT(message("{}"), HasSubstr("\"i\" is missing"));
  EXPECT_THAT(message(R"({"i":-1})"), HasSubstr("\"i\" is no whole number from 0 to 4294967295"));
  EXPECT_THAT(message(R"({"i":1.5})"), HasSubstr("\"i\" is no whole number"));
  EXPECT_THAT(message(R"({"i":4294967296})"), HasSubstr("\"i\" is no whole number"));
  EXPECT_THAT(message(R"({"i":1})"), HasSubstr("\"op\" is missing"));
  EXPECT_THAT(message(R"({"i":1,"op":"fetch"})"), HasSubstr("\"op\" is no word"));
  EXPECT_THAT(message(R"({"i":1,"op":"get","f":0,"bytes":0,"start":0,"sha256":"00"})"),
              HasSubstr("\"sha256\" is no SHA-256"));
  EXPECT_THAT(message(R"({"i":1,"op":"get","f":0,"bytes":0,"start":0,"same":1})"),
              HasSubstr("\"same\" is neither"));
  EXPECT_THAT(message(R"({"i":1,"op":"get","f":0,"bytes":0,"start":0,"detail":1})"),
              HasSubstr("\"detail\" is no string"));
  EXPECT_THAT(parse_worker_job("{}").error().message, HasSubstr("worker job"));
  EXPECT_THAT(
      parse_worker_job(R"({"client":0,"dialect":"bftp","verify":"none","fixtures":[1]})").error().message,
      HasSubstr("\"fixtures\" holds something else"));
  EXPECT_THAT(
      parse_worker_job(R"({"client":0,"dialect":"bftp","verify":"none","fixtures":[{}]})").error().message,
      HasSubstr("\"name\" is missing"));
  EXPECT_THAT(parse_worker_block(R"({"block":0,"host":"h","port":65536})").error().message,
              HasSubstr("\"port\""));
}

TEST(WorkerLines, RefuseDurationsThatNoClockHolds) {
  for (const auto* seconds : {"-1", "1e10", "1e999", "\"1\"", "null", "true"}) {
    const auto line =
        R"({"block":0,"host":"h","port":1,"op":"get","fixtures":[],"first_iteration":0,"iterations":1,"hold_s":)" +
        std::string(seconds) + "}";
    const auto block = parse_worker_block(line);
    ASSERT_FALSE(block) << seconds;
    EXPECT_THAT(block.error().message, HasSubstr("\"hold_s\""));
  }
}

TEST(WorkerLines, RefuseTrailingText) {
  EXPECT_FALSE(parse_worker_record(encode(WorkerRecord{}) + " x"));
}

TEST(WorkerWords, GoThereAndBack) {
  for (int n = 0; n <= static_cast<int>(Op::stall); ++n)
    EXPECT_EQ(op_from(to_string(static_cast<Op>(n))), static_cast<Op>(n));
  for (int n = 0; n <= static_cast<int>(Verify::none); ++n) {
    EXPECT_EQ(verify_from(to_string(static_cast<Verify>(n))), static_cast<Verify>(n));
  }
  for (int n = 0; n <= static_cast<int>(TransferError::missing_file); ++n) {
    EXPECT_EQ(transfer_error_from(to_string(static_cast<TransferError>(n))), static_cast<TransferError>(n));
  }
  EXPECT_STREQ(to_string(TransferError::closed_early), "closed_early");
  EXPECT_EQ(op_from("GET"), std::nullopt);
  EXPECT_EQ(verify_from(""), std::nullopt);
  EXPECT_EQ(transfer_error_from("?"), std::nullopt);
}

}  // namespace
}  // namespace bftp::protocol
