#include "harness/record/run_record_json.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

namespace bftp::record {
namespace {

using ::testing::HasSubstr;

RunRecord full_record() {
  RunRecord record;
  record.version = "1.2.3";
  record.started_utc = "2026-01-31T12:00:00Z";
  record.state = RunState::server_died;
  record.state_text = "it \"died\"";
  record.plan.seed = 18446744073709551615u;
  record.plan.ops = {Op::put};
  record.plan.rate_per_s = 0.1;
  record.plan.limits["uniformity.tail"]["p99_over_p50_max"] = 12.5;
  record.plan.server.kind = plan::ServerKind::attached;
  record.plan.server.attach_to = {.host = "::1", .port = 99};
  record.machine.cores = 2;
  record.fixtures.push_back({.name = "Ä b.txt",
                             .size = 5,
                             .sha256 = protocol::sha256("12345"),
                             .path = "/x",
                             .about = "",
                             .first_nul = 3});
  BlockRecord block;
  block.fixtures = {0, 1};
  block.server_cpu_s = 1.0 / 3.0;
  record.blocks.push_back(block);
  QuietPoint quiet;
  quiet.kind = QuietKind::settled;
  quiet.sample.fds = 7;
  quiet.sample.collector = Collector{.runs = 9, .whole_runs = 3, .survived_mib = 1.5, .just_ran = true};
  record.quiet_points.push_back(quiet);
  record.server_runtime = {RuntimeKind::hotspot, {"-Xmx16m"}};
  record.restart = Restart{.port = 7, .took_s = 0.5, .text = "in use", .elsewhere = true};
  record.announcements = {{.asked_port = 7, .port = 7, .text = {}, .first_line = "listening on a:7"},
                          {.text = "it ended", .first_line = std::nullopt, .printed_at_end = true}};
  record.heaps_in_use.push_back(
      {.op = Op::put, .fixture = 1, .readings = 7, .least_mib = 2, .most_mib = 9.5});
  record.watches.push_back({.kind = WatchKind::stalled, .server_cpu_s = 0.25});
  record.server_ends.push_back(
      {.by_itself = true, .signal = 11, .guard_lost = true, .last_lines = {"a", "<b>"}});
  record.server_ends.push_back({.signal = 9, .excess = Excess{Bounded::processes, 5000, 4096}});
  record.plan.server.memory_max_bytes = 7u << 20;
  record.plan.server.temporary_max_bytes = 5u << 20;
  record.temporary_files = {.known = true,
                            .bytes = 4096,
                            .count = 2,
                            .names = {"a", "a/b"},
                            .complete = false,
                            .outgrown = true,
                            .in_root = true};
  record.server_ends.push_back({.time_s = 9.5, .asked_s = 9.25, .stop_took_s = 0.25, .left = 7});
  record.cases.push_back({.id = "framing.some",
                          .category = "framing",
                          .title = "Some",
                          .clauses = {"1.4"},
                          .done = "",
                          .expected = "",
                          .happened = "",
                          .cause = "",
                          .wire = {"    0 ms  connected"},
                          .flow = {{0, 0, 0}, {0.5, 1ull << 40, 3}},
                          .reproduce = "",
                          .server_after = ""});
  record.warnings.push_back({"machine.steal", "stolen"});
  TransferRecord failure;
  failure.iteration = 4;
  failure.client = 2;
  failure.error = TransferError::closed_early;
  failure.first_difference = 1234567890123;
  failure.detail = "ended after 3 bytes";
  record.transfers.add(failure);
  return record;
}

TEST(RunRecordJson, ReadsBackWhatItWrote) {
  const RunRecord written = full_record();
  const auto text = boost::json::serialize(to_json(written));
  const auto document = boost::json::parse(text);
  const auto read = run_record_from_json(document);
  ASSERT_TRUE(read) << read.error().message;
  EXPECT_EQ(read->plan.seed, written.plan.seed);
  EXPECT_EQ(read->plan.rate_per_s, 0.1);
  EXPECT_EQ(read->plan.server.attach_to, written.plan.server.attach_to);
  EXPECT_EQ(read->plan.server.temporary_max_bytes, 5u << 20);
  EXPECT_EQ(read->plan.server.memory_max_bytes, 7u << 20);
  EXPECT_EQ(read->temporary_files.bytes, 4096U);
  EXPECT_EQ(read->temporary_files.names, written.temporary_files.names);
  EXPECT_TRUE(read->temporary_files.known && read->temporary_files.outgrown);
  EXPECT_FALSE(read->temporary_files.complete);
  EXPECT_TRUE(read->temporary_files.in_root);
  EXPECT_EQ(read->state, RunState::server_died);
  EXPECT_EQ(read->blocks.at(0).server_cpu_s, 1.0 / 3.0);
  EXPECT_EQ(read->blocks.at(0).workers_cpu_s, std::nullopt);
  EXPECT_EQ(read->quiet_points.at(0).sample.fds, 7u);
  EXPECT_EQ(read->quiet_points.at(0).sample.zombies, std::nullopt);
  ASSERT_TRUE(read->quiet_points.at(0).sample.collector);
  EXPECT_EQ(read->quiet_points.at(0).sample.collector->whole_runs, 3u);
  EXPECT_TRUE(read->quiet_points.at(0).sample.collector->just_ran);
  ASSERT_TRUE(read->restart);
  EXPECT_EQ(read->restart->port, 7);
  EXPECT_EQ(read->restart->elsewhere, true);
  ASSERT_EQ(read->announcements.size(), 2u);
  EXPECT_EQ(read->announcements[0].first_line, "listening on a:7");
  EXPECT_EQ(read->announcements[0].port, 7);
  EXPECT_EQ(read->announcements[1].first_line, std::nullopt);
  EXPECT_TRUE(read->announcements[1].printed_at_end);
  EXPECT_EQ(read->announcements[1].text, "it ended");
  ASSERT_EQ(read->heaps_in_use.size(), 1u);
  EXPECT_EQ(read->heaps_in_use[0].op, Op::put);
  EXPECT_EQ(read->heaps_in_use[0].readings, 7u);
  EXPECT_EQ(read->heaps_in_use[0].most_mib, 9.5);
  EXPECT_EQ(read->server_runtime.kind, RuntimeKind::hotspot);
  EXPECT_EQ(read->server_runtime.options, std::vector<std::string>{"-Xmx16m"});
  EXPECT_EQ(read->server_ends.at(0).last_lines.at(1), "<b>");
  EXPECT_TRUE(read->server_ends.at(0).guard_lost);
  EXPECT_EQ(read->server_ends.at(0).excess, std::nullopt);
  EXPECT_EQ(read->server_ends.at(1).excess, (Excess{Bounded::processes, 5000, 4096}));
  EXPECT_EQ(read->server_ends.at(0).asked_s, std::nullopt);
  EXPECT_EQ(read->server_ends.at(2).asked_s, 9.25);
  EXPECT_EQ(read->server_ends.at(2).left, 7U);
  EXPECT_EQ(read->cases.at(0).wire, written.cases.at(0).wire);
  EXPECT_EQ(read->cases.at(0).flow, written.cases.at(0).flow);
  EXPECT_EQ(read->fixtures.at(0).first_nul, 3u);
  EXPECT_EQ(read->fixtures.at(0).sha256, written.fixtures.at(0).sha256);
  // Writing what was read gives the same bytes, so no field is lost in between; failures are restored from
  // the CSV rows.
  RunRecord again = *read;
  for (const auto& failure : written.transfers.failures()) again.transfers.add(failure);
  EXPECT_EQ(boost::json::serialize(to_json(again)), text);
}

TEST(RunRecordJson, FailuresKeepWhatTheCsvDrops) {
  const auto document = boost::json::parse(boost::json::serialize(to_json(full_record())));
  const auto failures = failures_from_json(document);
  ASSERT_TRUE(failures);
  ASSERT_EQ(failures->size(), 1u);
  const TransferRecord& failure = failures->begin()->second;
  EXPECT_EQ(failure.detail, "ended after 3 bytes");
  EXPECT_EQ(failure.first_difference, 1234567890123u);
}

TEST(RunRecordJson, NamesTheKeyThatDoesNotFit) {
  auto document = to_json(full_record());
  document["plan"].as_object()["iterations"] = "many";
  const auto wrong_type = run_record_from_json(document);
  ASSERT_FALSE(wrong_type);
  EXPECT_THAT(wrong_type.error().message, HasSubstr("run.plan.iterations"));

  document = to_json(full_record());
  document["quiet_points"].as_array()[0].as_object()["kind"] = "loud";
  const auto wrong_word = run_record_from_json(document);
  ASSERT_FALSE(wrong_word);
  EXPECT_THAT(wrong_word.error().message, HasSubstr("quiet_points[0].kind"));
  EXPECT_FALSE(run_record_from_json(boost::json::value(3)));
}

TEST(RunRecordJson, MissingKeysKeepTheirDefaults) {
  const auto read = run_record_from_json(boost::json::parse("{\"plan\":{\"iterations\":3}}"));
  ASSERT_TRUE(read);
  EXPECT_EQ(read->plan.iterations, 3u);
  EXPECT_EQ(read->plan.clients.count, plan::ClientSpec{}.count);
}

}  // namespace
}  // namespace bftp::record
