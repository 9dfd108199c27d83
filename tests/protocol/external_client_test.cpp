#include "protocol/external_client.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "protocol/worker_channel.hpp"

namespace bftp::protocol {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

TEST(ExternalClientLine, GoesThereAndBackInAJob) {
  WorkerJob job;
  job.external_clients = {
      {"/usr/bin/curl", {"curl", "-o", "{local}", "http://{host}/a b\"c"}, {"A=b"}, "/tmp/x", 1u << 30, 7}};
  const auto back = parse_worker_job(encode(job)).value();
  ASSERT_EQ(back.external_clients.size(), 1u);
  const auto& client = back.external_clients.front();
  EXPECT_EQ(client.file, "/usr/bin/curl");
  EXPECT_THAT(client.argv, ElementsAre("curl", "-o", "{local}", "http://{host}/a b\"c"));
  EXPECT_THAT(client.environment, ElementsAre("A=b"));
  EXPECT_EQ(client.scratch_folder, "/tmp/x");
  EXPECT_EQ(client.memory_bytes_max, 1u << 30);
  EXPECT_EQ(client.processes_max, 7u);
}

TEST(ExternalClientLine, IsNamedByABlock) {
  WorkerBlock block;
  EXPECT_FALSE(parse_worker_block(encode(block))->external_client);
  block.external_client = 0;
  EXPECT_EQ(parse_worker_block(encode(block))->external_client, 0u);
}

TEST(ClientEndLine, GoesThereAndBackInARecord) {
  WorkerRecord record;
  EXPECT_FALSE(parse_worker_record(encode(record))->client_end);
  record.client_end.emplace();
  record.client_end->exit_code = 3;
  record.client_end->killed = true;
  record.client_end->cpu_ns = 5;
  record.client_end->rss_peak_bytes = 1u << 20;
  record.client_end->file = true;
  record.client_end->others_left = 2;
  record.client_end->other_left = "a.part";
  record.client_end->processes_left = 4;
  record.client_end->output_bytes = 9;
  record.client_end->said = "Traceback \"x\"";
  const auto end = parse_worker_record(encode(record))->client_end.value();
  EXPECT_EQ(end.exit_code, 3);
  EXPECT_FALSE(end.signal);
  EXPECT_TRUE(end.killed);
  EXPECT_EQ(end.cpu_ns, 5);
  EXPECT_EQ(end.rss_peak_bytes, 1u << 20);
  EXPECT_TRUE(end.file) << "an empty file is a file";
  EXPECT_EQ(end.file_bytes, 0u);
  EXPECT_EQ(end.others_left, 2u);
  EXPECT_EQ(end.other_left, "a.part");
  EXPECT_EQ(end.processes_left, 4u);
  EXPECT_EQ(end.output_bytes, 9u);
  EXPECT_EQ(end.said, "Traceback \"x\"");
}

TEST(ClientEndLine, SaysWhatIsWrong) {
  const auto wrong =
      parse_worker_record(R"({"i":0,"op":"get","f":0,"bytes":0,"start":0,"client_end":{"exit":"x"}})");
  ASSERT_FALSE(wrong);
  EXPECT_THAT(wrong.error().message, HasSubstr("exit"));
  EXPECT_FALSE(parse_worker_record(R"({"i":0,"op":"get","f":0,"bytes":0,"start":0,"client_end":7})"));
}

}  // namespace
}  // namespace bftp::protocol
