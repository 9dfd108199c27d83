// What is said of the client under test, over literal trials.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "harness/judge/check.hpp"
#include "tests/judge/record_builder.hpp"

namespace bftp::judge {
namespace {

using protocol::ClientEnd;
using record::TransferError;
using ::testing::HasSubstr;

constexpr std::uint64_t size = 1000;

record::RunRecord run_with(const std::string& command = "client {remote} {local}") {
  record::RunRecord run;
  run.state = record::RunState::complete;
  run.plan.clients.command = command;
  run.fixtures = {{.name = "file", .size = size}};
  return run;
}

/// The client has shown that it can get a file.
void show_that_it_works(record::RunRecord& run) {
  record::TransferRecord row;
  row.identical = true;
  run.client_trials.push_back({"plain", {}, row});
}

record::TransferRecord good() {
  record::TransferRecord row;
  row.bytes = size;
  row.identical = true;
  row.client_end = ClientEnd{.exit_code = 0, .file = true, .file_bytes = size};
  return row;
}
record::TransferRecord failed(int exit_code = 1) {
  record::TransferRecord row;
  row.error = TransferError::client_failed;
  row.client_end = ClientEnd{.exit_code = exit_code};
  return row;
}
record::TransferRecord with_file(record::TransferRecord row, std::uint64_t bytes) {
  row.client_end->file = true;
  row.client_end->file_bytes = row.bytes = bytes;
  return row;
}
/// Exit status 0 with something else than the file.
record::TransferRecord lied(std::uint64_t bytes) {
  auto row = with_file(good(), bytes);
  row.identical = false;
  return row;
}
record::TransferRecord hung() {
  auto row = failed();
  row.error = TransferError::deadline;
  row.client_end = ClientEnd{.signal = 9, .killed = true};
  return row;
}

Status status_of(const std::string& behaviour, const record::TransferRecord& row,
                 const std::string& dialect = "bftp") {
  auto run = run_with();
  run.plan.server.dialect = dialect;
  show_that_it_works(run);
  run.client_trials.push_back({behaviour, {}, row});
  std::string id = "client." + behaviour;
  std::ranges::replace(id, '-', '_');
  const auto verdicts = judge_all(run);
  return testing::find(verdicts, id).status;
}

TEST(ClientTrials, ACutFileHasToBeNoticed) {
  for (const char* behaviour : {"short", "reset", "wrong-size", "stalled"}) {
    EXPECT_EQ(status_of(behaviour, failed()), Status::pass) << behaviour;
    EXPECT_EQ(status_of(behaviour, with_file(failed(), size / 2)), Status::pass)
        << behaviour << ": a part that is shorter than the file does not look whole";
    EXPECT_EQ(status_of(behaviour, with_file(failed(), size)), Status::fail) << behaviour;
    EXPECT_EQ(status_of(behaviour, lied(size / 2)), Status::fail) << behaviour;
    EXPECT_EQ(status_of(behaviour, hung()), Status::fail) << behaviour;
  }
  EXPECT_EQ(status_of("wrong-size", good()), Status::fail) << "the announced bytes never came";
}

TEST(ClientTrials, ARefusalHasToBeToldAndMakesNoFile) {
  EXPECT_EQ(status_of("refuse", failed()), Status::pass);
  EXPECT_EQ(status_of("refuse", with_file(failed(), 0)), Status::fail);
  EXPECT_EQ(status_of("refuse", lied(20)), Status::fail) << "the error page was saved as the file";
  auto silent = failed(0);
  silent.error = TransferError::missing_file;
  EXPECT_EQ(status_of("refuse", silent), Status::fail) << "exit status 0";
}

TEST(ClientTrials, BytesBeyondTheAnnouncedAreNotTaken) {
  EXPECT_EQ(status_of("long", good()), Status::pass);
  EXPECT_EQ(status_of("long", failed()), Status::pass);
  EXPECT_EQ(status_of("long", lied(size + 4096)), Status::fail);
  EXPECT_EQ(status_of("long", with_file(failed(), size + 4096)), Status::fail);
}

TEST(ClientTrials, SlowAndSplitAreNoFaults) {
  for (const char* behaviour : {"slow", "split-header"}) {
    EXPECT_EQ(status_of(behaviour, good()), Status::pass) << behaviour;
    EXPECT_EQ(status_of(behaviour, failed()), Status::fail) << behaviour;
    EXPECT_EQ(status_of(behaviour, lied(10)), Status::fail) << behaviour;
    EXPECT_EQ(status_of(behaviour, hung()), Status::fail) << behaviour;
  }
}

TEST(ClientTrials, WhereTheCloseEndsTheFileACutCannotBeSeen) {
  for (const char* dialect : {"nul", "raw", "line", "fixed"}) {
    EXPECT_EQ(status_of("short", lied(size / 2), dialect), Status::skip) << dialect;
    EXPECT_EQ(status_of("long", lied(size * 2), dialect), Status::skip) << dialect;
    EXPECT_EQ(status_of("reset", lied(size / 2), dialect), Status::fail)
        << dialect << ": a reset is no close";
  }
}

TEST(ClientTrials, OurOwnFailuresAreNotTheClients) {
  auto local = failed();
  local.error = TransferError::local;
  local.client_end.reset();
  EXPECT_EQ(status_of("short", local), Status::inconclusive);
  auto run = run_with();
  run.client_trials.push_back({"short", "no bftpd-specimen", {}});
  EXPECT_EQ(testing::find(judge_all(run), "client.short").status, Status::inconclusive);
  EXPECT_EQ(testing::find(judge_all(run), "client.long").status, Status::skip) << "not asked for";
}

TEST(ClientTrials, TheWorkerKeepsItsOwnDeadline) {
  record::TransferRecord row;
  row.error = TransferError::deadline;
  EXPECT_EQ(status_of("stalled", row), Status::pass);
  row.error = TransferError::none;
  row.identical = true;
  EXPECT_EQ(status_of("slow", row), Status::pass);
  EXPECT_EQ(status_of("short", row), Status::fail);
}

TEST(ClientTrials, OneOfSeveralClientsIsEnoughToFail) {
  auto run = run_with();
  run.client_trials = {{"short", {}, failed()}, {"short", {}, lied(10)}};
  const auto verdict = testing::find(judge_all(run), "client.short");
  EXPECT_EQ(verdict.status, Status::fail);
  EXPECT_THAT(verdict.summary, HasSubstr("1 of 2 trials"));
  EXPECT_THAT(verdict.cause, HasSubstr("recv()"));
}

TEST(ClientTrials, CountForTheExitCodeWithoutAnyOtherTransfer) {
  auto run = run_with();
  show_that_it_works(run);
  run.client_trials.push_back({"short", {}, failed()});
  EXPECT_EQ(exit_code(run, judge_all(run)), 0);
  run.client_trials.back() = {"short", {}, lied(3)};
  EXPECT_EQ(exit_code(run, judge_all(run)), 1);
}

TEST(ClientTrials, OneThatFailsAlwaysNoticesNothing) {
  auto run = run_with();
  run.client_trials = {{"plain", {}, failed()}, {"short", {}, failed()}, {"slow", {}, failed()}};
  const auto verdicts = judge_all(run);
  EXPECT_EQ(testing::find(verdicts, "client.plain").status, Status::fail);
  EXPECT_EQ(testing::find(verdicts, "client.short").status, Status::inconclusive);
  EXPECT_EQ(testing::find(verdicts, "client.slow").status, Status::fail);
}

Verdict transfers_verdict(const record::TransferRecord& row) {
  auto run = run_with();
  run.transfers.add(row);
  return testing::find(judge_all(run), "client.transfers");
}

TEST(ClientTransfers, ExitStatusAndFileHaveToAgree) {
  EXPECT_EQ(transfers_verdict(good()).status, Status::pass);
  EXPECT_EQ(transfers_verdict(lied(10)).status, Status::fail);
  EXPECT_THAT(transfers_verdict(lied(10)).happened, HasSubstr("exit status 0"));
  auto right = with_file(failed(), size);
  right.identical = true;
  EXPECT_EQ(transfers_verdict(right).status, Status::fail) << "the file is right, the exit status is not";
  EXPECT_THAT(transfers_verdict(right).happened, HasSubstr("whole and right"));
  EXPECT_EQ(transfers_verdict(hung()).status, Status::fail);
  auto local = failed();
  local.error = TransferError::local;
  EXPECT_EQ(transfers_verdict(local).status, Status::inconclusive);
}

TEST(ClientTransfers, AreOfExternalClientsOnly) {
  auto run = run_with("");
  run.transfers.add(good());
  EXPECT_EQ(testing::find(judge_all(run), "client.transfers").status, Status::skip);
  EXPECT_EQ(testing::find(judge_all(run), "client.leaves_nothing").status, Status::skip);
}

Verdict left_by(const record::TransferRecord& row) {
  auto run = run_with();
  run.client_use.add(row);
  return testing::find(judge_all(run), "client.leaves_nothing");
}

TEST(ClientLeavesNothing, ProcessesFailAndFilesWarn) {
  EXPECT_EQ(left_by(good()).status, Status::pass);
  EXPECT_EQ(left_by(failed()).status, Status::pass);
  EXPECT_EQ(left_by(with_file(failed(), 10)).status, Status::warn);
  auto part = failed();
  part.client_end->others_left = 1;
  part.client_end->other_left = "local.bin.part";
  EXPECT_EQ(left_by(part).status, Status::warn);
  EXPECT_THAT(left_by(part).happened, HasSubstr("local.bin.part"));
  auto daemon = good();
  daemon.client_end->processes_left = 1;
  EXPECT_EQ(left_by(daemon).status, Status::fail);
}

/// Pairs in which the client takes so much time, CPU and memory, and ours 10 ms, 10 ms and 10 MiB.
record::RunRecord costing(double ms, double mib, std::size_t of_pairs = 10) {
  auto run = run_with();
  for (std::uint32_t i = 0; i < 10; ++i)
    for (const auto arm : {record::Arm::server, record::Arm::control}) {
      auto row = good();
      const bool dear = arm == record::Arm::server && i < of_pairs;
      row.iteration = i;
      row.arm = arm;
      row.transfer_ms = dear ? ms : 10;
      row.client_end->cpu_ns = static_cast<std::int64_t>((dear ? ms : 10) * 1e6);
      row.client_end->rss_peak_bytes = static_cast<std::uint64_t>((dear ? mib : 10) * 1024 * 1024);
      run.client_trials.push_back({"cost", {}, row});
    }
  return run;
}

Status cost_status(const record::RunRecord& run, const std::string& id) {
  return testing::find(judge_all(run), id).status;
}

TEST(ClientCosts, AnInterpretersStartIsNoFault) {
  for (const char* id : {"client.time", "client.cpu", "client.memory"}) {
    EXPECT_EQ(cost_status(costing(10, 10), id), Status::pass) << id;
    EXPECT_EQ(cost_status(costing(250, 120), id), Status::pass) << id << ": 25 times ours, but little";
  }
}

TEST(ClientCosts, MuchMoreThanOursWarnsOrFails) {
  for (const char* id : {"client.time", "client.cpu", "client.memory"}) {
    EXPECT_EQ(cost_status(costing(400, 250), id), Status::warn) << id;
    EXPECT_EQ(cost_status(costing(3000, 800), id), Status::fail) << id;
    EXPECT_EQ(cost_status(costing(3000, 800, 5), id), Status::pass) << id << ": in half of the pairs only";
  }
}

TEST(ClientCosts, NeedPairs) {
  auto run = costing(3000, 800);
  run.client_trials.resize(8);
  EXPECT_EQ(cost_status(run, "client.time"), Status::skip) << "4 pairs";
  run = costing(3000, 800);
  for (auto& trial : run.client_trials) trial.transfer.client_end->rss_peak_bytes.reset();
  EXPECT_EQ(cost_status(run, "client.memory"), Status::skip) << "memory is unknown";
}

TEST(ExternalClient, TimesSayNothingOfTheServer) {
  auto run = testing::RecordBuilder{}.build();
  run.plan.clients.command = "client {remote} {local}";
  for (const auto& verdict : judge_all(run))
    if (verdict.category == Category::uniformity) {
      EXPECT_EQ(verdict.status, Status::skip) << verdict.id;
    }
}

}  // namespace
}  // namespace bftp::judge
