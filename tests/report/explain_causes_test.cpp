/// --explain names a cause only where the record shows it.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "harness/report/explain/diagnosis.hpp"
#include "protocol/copy_words.hpp"
#include "tests/report/explain_kit.hpp"
#include "tests/report/render.hpp"

namespace bftp::report {
namespace {

using record::Op;
using record::TransferError;
using record::TransferRecord;
using ::testing::HasSubstr;
using ::testing::Not;

TEST(ExplainCauses, SilenceWhileAnotherClientIsServedIsServingOneAtATime) {
  TransferRecord good = row(TransferError::none, 5000);
  good.identical = true;
  good.client = 1;
  good.start_s = 3;
  good.transfer_ms = 2000;
  TransferRecord waited = row(TransferError::deadline, 0);
  waited.start_s = 4;
  samples::Sample sample = run_with({good, waited});
  sample.record.plan.clients.count = 2;
  sample.verdicts = {failed("identity.errors")};
  EXPECT_EQ(mistake_of(sample.record, sample.verdicts[0]), Mistake::one_client_at_a_time);
  EXPECT_THAT(render("explain", sample), HasSubstr("Another client was being served meanwhile"));
}

TEST(ExplainCauses, SilenceWithoutAnotherClientBeingServedIsMerelySilence) {
  TransferRecord good = row(TransferError::none, 5000);
  good.identical = true;
  good.client = 1;
  good.transfer_ms = 2000;
  TransferRecord waited = row(TransferError::deadline, 0);
  waited.start_s = 4;
  samples::Sample sample = run_with({good, waited});
  sample.record.plan.clients.count = 2;
  EXPECT_EQ(mistake_of(sample.record, failed("identity.errors")), Mistake::silent) << "it was over by then";
  good.client = 0;
  good.start_s = 4;
  sample.record.transfers.add(good);
  EXPECT_EQ(mistake_of(sample.record, failed("identity.errors")), Mistake::silent) << "the client itself";
}

/// Two clients wait in vain for the second file, while the first comes.
samples::Sample one_file_that_never_comes(std::optional<double> server_cpu_s) {
  TransferRecord good = row(TransferError::none, 5000);
  good.identical = true;
  TransferRecord waited = row(TransferError::deadline, 0);
  waited.fixture = 1;
  waited.start_s = 1;
  TransferRecord other = waited;
  other.client = 1;
  samples::Sample sample = run_with({good, waited, other});
  sample.record.plan.clients.count = 2;
  sample.record.fixtures.resize(2);
  sample.record.fixtures[1].size = 16u << 20;
  sample.record.blocks.push_back({.fixtures = {1}, .start_s = 1, .end_s = 31, .busy_s = 30});
  sample.record.blocks[0].server_cpu_s = server_cpu_s;
  return sample;
}

TEST(ExplainCauses, AFileThatComesToNobodyWhileTheServerComputesTakesTooLong) {
  EXPECT_EQ(mistake_of(one_file_that_never_comes(40).record, failed("identity.errors")),
            Mistake::takes_too_long);
  EXPECT_EQ(mistake_of(one_file_that_never_comes(0.1).record, failed("identity.errors")), Mistake::silent);
  EXPECT_EQ(mistake_of(one_file_that_never_comes({}).record, failed("identity.errors")), Mistake::silent)
      << "nobody knows what it did";
  samples::Sample came_once = one_file_that_never_comes(40);
  TransferRecord good = row(TransferError::none, 16u << 20);
  good.identical = true;
  good.fixture = 1;
  good.start_s = 60;
  came_once.record.transfers.add(good);
  EXPECT_EQ(mistake_of(came_once.record, failed("identity.errors")), Mistake::silent);
}

TEST(ExplainCauses, MemoryThatRanOutIsNamedBesideTheCause) {
  samples::Sample sample = one_file_that_never_comes(40);
  sample.verdicts = {failed("identity.errors")};
  EXPECT_THAT(render("explain", sample), Not(HasSubstr("memory that ran out")));
  sample.record.server_ends.push_back(
      {.exit_code = 0, .signal = {}, .last_lines = {"java.lang.OutOfMemoryError: Java heap space"}});
  const std::string text = render("explain", sample);
  EXPECT_THAT(text, HasSubstr("memory that ran out"));
  EXPECT_THAT(text, HasSubstr("perhaps at another moment"));
  sample.record.transfers.add(row(TransferError::none, 5000));
  sample.verdicts = {failed("identity.copies")};
  EXPECT_THAT(render("explain", sample), Not(HasSubstr("memory that ran out"))) << "no cause of a wrong byte";
}

/// A server of clause 7.1 that ended by itself: one connection broke, and then nobody was there.
samples::Sample ended_by_itself(std::vector<std::string> last_lines) {
  TransferRecord good = row(TransferError::none, 5000);
  good.identical = true;
  TransferRecord broke = row(TransferError::refused, 0);
  broke.start_s = 1;
  TransferRecord nobody = row(TransferError::connect_failed, 0);
  nobody.start_s = 2;
  samples::Sample sample = run_with({good, good, good, broke, nobody, nobody});
  sample.record.plan.server.dialect = "nul";
  sample.record.state = record::RunState::server_died;
  sample.record.server_ends.push_back(
      {.by_itself = true, .exit_code = 29, .signal = {}, .time_s = 3, .last_lines = std::move(last_lines)});
  sample.verdicts = {failed("identity.errors"), failed("lifecycle.stays_up", {"2.6"})};
  return sample;
}

TEST(ExplainCauses, AServerThatEndedIsNotToldToAskForABacklog) {
  const samples::Sample sample = ended_by_itself({"table full"});
  const std::string text = render("explain", sample);
  EXPECT_THAT(text, HasSubstr("(lifecycle.stays_up)"));
  EXPECT_THAT(text, Not(HasSubstr("backlog")));
  EXPECT_THAT(text, HasSubstr("the last whose connection was taken"));
  EXPECT_EQ(mistake_of(sample.record, sample.verdicts[1]), Mistake::client_ends_server);
  EXPECT_EQ(mistake_of(sample.record, sample.verdicts[0]), Mistake::client_ends_server)
      << "the transfers fell with it";
}

TEST(ExplainCauses, AServerThatEndedWithoutMemoryIsToldSo) {
  for (const char* words :
       {"Exception: java.lang.OutOfMemoryError thrown", "MemoryError",
        "terminate called after std::bad_alloc",
        "FATAL ERROR: Reached heap limit: JavaScript heap out of memory", "fork: Cannot allocate memory"})
    EXPECT_EQ(mistake_of(ended_by_itself({"listening", words}).record, failed("lifecycle.stays_up")),
              Mistake::runs_out_of_memory)
        << words;
}

TEST(ExplainCauses, ARefusalAfterWhichTheClientWasServedIsNoEnd) {
  samples::Sample sample = ended_by_itself({});
  TransferRecord good = row(TransferError::none, 5000);
  good.identical = true;
  good.start_s = 1.5;
  sample.record.transfers.add(good);
  EXPECT_EQ(first_failure(sample.report())->id, "identity.errors");
  EXPECT_EQ(example_of(sample.record, sample.verdicts[0])->error, TransferError::refused)
      << "those that found nobody are more, but follow from the end";
  EXPECT_EQ(mistake_of(sample.record, sample.verdicts[0]), Mistake::hangs_up_at_once);
}

TEST(ExplainCauses, AGuardThatWasKilledIsNotTakenForLackOfMemory) {
  samples::Sample sample = ended_by_itself({"evil: parent 22242"});
  sample.record.server_ends[0].exit_code.reset();
  sample.record.server_ends[0].guard_lost = true;
  const std::string text = render("explain", sample);
  EXPECT_EQ(mistake_of(sample.record, sample.verdicts[1]), Mistake::kills_its_parent);
  EXPECT_THAT(text, HasSubstr("guard process"));
  EXPECT_THAT(text, HasSubstr("getppid()"));
  EXPECT_THAT(text, Not(HasSubstr("SIGKILL")));
  EXPECT_THAT(text, Not(HasSubstr("by itself")));
}

TEST(ExplainCauses, AServerThatWasEndedForItsMemoryDidNotCrash) {
  samples::Sample sample = ended_by_itself({"listening"});
  sample.record.server_ends[0].excess = record::Excess{record::Bounded::memory, 9ull << 30, 8ull << 30};
  EXPECT_EQ(mistake_of(sample.record, sample.verdicts[1]), Mistake::runs_out_of_memory);
  EXPECT_EQ(mistake_of(sample.record, failed("memory.peak")), Mistake::runs_out_of_memory);
  const std::string text = render("explain", sample);
  EXPECT_THAT(text, HasSubstr("9.0 GiB of memory"));
  EXPECT_THAT(text, Not(HasSubstr("by itself")));
  EXPECT_EQ(mistake_at_start("the server had 9.0 GiB of memory, more than the 8.0 GiB that it may have"),
            Mistake::runs_out_of_memory);
}

TEST(ExplainCauses, OnlyPutsOntoOlderFilesMeanThatPutDoesNotReplace) {
  TransferRecord put = row(TransferError::none, 5000, Op::put);
  put.first_difference = 0;
  put.detail = "the copy differs from the fixture from byte 0 on; " +
               std::string(protocol::older_file_was_there) + ", which PUT has to replace";
  TransferRecord good = row(TransferError::none, 5000, Op::put);
  good.identical = true;
  samples::Sample sample = run_with({put, good});
  sample.verdicts = {failed("identity.copies")};
  EXPECT_EQ(mistake_of(sample.record, sample.verdicts[0]), Mistake::does_not_replace);
  EXPECT_THAT(render("explain", sample), HasSubstr("opened for appending"));
  TransferRecord fresh = put;
  fresh.detail = "the copy differs from the fixture from byte 0 on";
  sample.record.transfers.add(fresh);
  EXPECT_EQ(mistake_of(sample.record, sample.verdicts[0]), Mistake::shared_state) << "nothing was there";
}

/// Two files, of which the second is not the beginning of the first.
samples::Sample another_file_came(TransferError error) {
  TransferRecord seen = row(error, 4095);
  seen.first_difference = 0;
  seen.sha256 = protocol::Digest{7};
  samples::Sample sample = run_with({seen});
  sample.record.fixtures.resize(2);
  sample.record.fixtures[1].name = "other.bin";
  sample.record.fixtures[1].size = 4095;
  sample.record.fixtures[1].sha256 = protocol::Digest{7};
  return sample;
}

TEST(ExplainCauses, AnotherFileOfTheRunIsNamed) {
  samples::Sample sample = another_file_came(TransferError::wrong_size);
  sample.verdicts = {failed("identity.errors")};
  EXPECT_EQ(mistake_of(sample.record, sample.verdicts[0]), Mistake::sends_another_file);
  EXPECT_THAT(render("explain", sample), HasSubstr("What came is other.bin, byte for byte."));
  TransferRecord good = row(TransferError::none, 5000);
  good.identical = true;
  sample.record.transfers.add(good);
  EXPECT_EQ(mistake_of(sample.record, sample.verdicts[0]), Mistake::shared_state) << "only now and then";
}

TEST(ExplainCauses, AFileThatIsAlsoTheBeginningProvesNothing) {
  samples::Sample sample = another_file_came(TransferError::wrong_size);
  TransferRecord seen = sample.record.transfers.failures()[0];
  seen.first_difference = 4095;
  sample.record.transfers = record::TransferLog();
  sample.record.transfers.add(seen);
  sample.verdicts = {failed("identity.errors")};
  EXPECT_EQ(mistake_of(sample.record, sample.verdicts[0]), Mistake::size_in_characters);
  EXPECT_THAT(render("explain", sample), Not(HasSubstr("byte for byte"))) << "one byte less fits as well";
}

TEST(ExplainCauses, ACountThatIsWrongNowAndThenIsNoCountOfCharacters) {
  TransferRecord good = row(TransferError::none, 5000);
  good.identical = true;
  const samples::Sample sample = run_with({good, row(TransferError::wrong_size, 4000)});
  EXPECT_EQ(mistake_of(sample.record, failed("identity.errors")), Mistake::shared_state);
}

/// Three files: one without a 00 byte, which comes; one that begins with one, of which nothing comes; one
/// that breaks off at its own.
samples::Sample files_with_nuls() {
  TransferRecord good = row(TransferError::none, 5000);
  good.identical = true;
  TransferRecord nothing = row(TransferError::refused, 0);
  nothing.fixture = 1;
  TransferRecord part = row(TransferError::closed_early, 97);
  part.fixture = 2;
  samples::Sample sample = run_with({good, nothing, nothing, part});
  sample.record.plan.server.dialect = "raw";
  sample.record.fixtures.resize(3);
  sample.record.fixtures[1] = {.name = "nuls.bin", .size = 70, .first_nul = 0};
  sample.record.fixtures[2] = {.name = "random.bin", .size = 5000, .first_nul = 97};
  return sample;
}

TEST(ExplainCauses, FilesThatEndAtTheirNulBytesAreTakenForStrings) {
  samples::Sample sample = files_with_nuls();
  sample.verdicts = {failed("identity.errors")};
  EXPECT_EQ(mistake_of(sample.record, sample.verdicts[0]), Mistake::stops_at_nul);
  EXPECT_THAT(render("explain", sample), HasSubstr("The file's first 00 byte is number 0"));
  EXPECT_THAT(render("explain", sample), HasSubstr("closed the connection without a byte"));
  sample.record.fixtures[2].first_nul = 98;
  EXPECT_EQ(mistake_of(sample.record, sample.verdicts[0]), Mistake::hangs_up_at_once) << "one byte before it";
  sample = files_with_nuls();
  sample.record.fixtures[0].first_nul = 4;
  EXPECT_NE(mistake_of(sample.record, failed("identity.errors")), Mistake::stops_at_nul)
      << "a file with a 00 byte came whole";
}

TEST(ExplainCauses, WhatToDoAboutARefusalDependsOnTheDialect) {
  samples::Sample sample = run_with({row(TransferError::refused, 0)});
  const std::vector<std::pair<const char*, Mistake>> expected{{"bftp", Mistake::refuses},
                                                              {"ftp", Mistake::refuses},
                                                              {"stream", Mistake::refuses_a_name},
                                                              {"http1.1", Mistake::refuses_in_http},
                                                              {"raw", Mistake::hangs_up_at_once}};
  for (const auto& [dialect, mistake] : expected) {
    sample.record.plan.server.dialect = dialect;
    EXPECT_EQ(mistake_of(sample.record, failed("identity.errors")), mistake) << dialect;
  }
}

TEST(ExplainCauses, ALengthInOtherDigitsIsNoRequestThatWasReadOnce) {
  const std::vector<std::pair<const char*, Mistake>> expected{
      {"0002OK", Mistake::other_header},
      {"       2OK", Mistake::other_header},
      {R"(\x00\x00\x00\x02OK)", Mistake::other_header},
      {"2ERR 404 no", Mistake::other_header},
      {"OK", Mistake::malformed_reply},
      {"It is BOOK time", Mistake::malformed_reply}};
  for (const auto& [heard, mistake] : expected) {
    TransferRecord put = row(TransferError::malformed_reply, 0, Op::put);
    put.detail = std::string("the reply begins with \"") + heard +
                 "\" where a header of eight hexadecimal digits is due (clause 1.2)";
    samples::Sample sample = run_with({put});
    sample.verdicts = {failed("identity.errors")};
    EXPECT_EQ(mistake_of(sample.record, sample.verdicts[0]), mistake) << heard;
    EXPECT_THAT(render("explain", sample), Not(HasSubstr("what has arrived so far"))) << heard;
  }
}

TEST(ExplainCauses, AServerThatAnsweredOthersRightlyIsOutOfStep) {
  TransferRecord good = row(TransferError::none, 5000);
  good.identical = true;
  const TransferRecord put = row(TransferError::malformed_reply, 0, Op::put);
  EXPECT_EQ(mistake_of(run_with({put}).record, failed("identity.errors")), Mistake::malformed_reply);
  EXPECT_EQ(mistake_of(run_with({good, put}).record, failed("identity.errors")), Mistake::receives_once);
}

TEST(ExplainCauses, AServerThatTakesNoFilesHasNoMistakeInItsNames) {
  for (const char* text : {"the server answered ERR 405 no", "the server answered ERR 403 no"}) {
    TransferRecord put = row(TransferError::refused, 0, Op::put);
    put.detail = text;
    EXPECT_EQ(mistake_of(run_with({put}).record, failed("identity.errors")), Mistake::none) << text;
    put.op = Op::get;
    EXPECT_EQ(mistake_of(run_with({put}).record, failed("identity.errors")), Mistake::refuses) << text;
  }
}

TEST(ExplainCauses, EmptyFilesAloneThatAreRefusedAreNoMatterOfNames) {
  TransferRecord empty = row(TransferError::refused, 0);
  empty.fixture = 1;
  samples::Sample sample = run_with({empty});
  sample.record.fixtures.resize(2);
  sample.verdicts = {failed("identity.errors", {"4.11"})};
  EXPECT_EQ(mistake_of(sample.record, sample.verdicts[0]), Mistake::refuses_empty);
  const std::string text = render("explain", sample);
  EXPECT_THAT(text, HasSubstr("Clause 4.11: An empty file is a file"));
  EXPECT_THAT(text, HasSubstr("Only empty files were refused"));
  sample.record.transfers.add(row(TransferError::refused, 0));
  EXPECT_EQ(mistake_of(sample.record, sample.verdicts[0]), Mistake::refuses);
}

TEST(ExplainCauses, ASizeBeyondAnyFileIsNotCountedInCharacters) {
  TransferRecord endless = row(TransferError::wrong_size, 0);
  endless.detail = "the server announced 9223372036854775807 bytes, the fixture has 5000";
  EXPECT_EQ(mistake_of(run_with({endless}).record, failed("identity.errors")), Mistake::size_beyond_any_file);
  endless.detail = "the server announced 5001 bytes, the fixture has 5000";
  EXPECT_EQ(mistake_of(run_with({endless}).record, failed("identity.errors")), Mistake::size_in_characters);
}

TEST(ExplainCauses, ADifferenceAtTheBorderOfABufferIsNoTextMode) {
  TransferRecord wrong = row(TransferError::none, 5000);
  wrong.first_difference = 4096;
  samples::Sample sample = run_with({wrong, wrong});
  sample.verdicts = {failed("identity.copies")};
  sample.verdicts[0].cause = "At the border of a buffer.";
  EXPECT_THAT(render("explain", sample), HasSubstr("At the border of a buffer."));
  wrong.first_difference = 4097;
  EXPECT_EQ(mistake_of(run_with({wrong, wrong}).record, failed("identity.copies")), Mistake::text_mode);
}

TEST(ExplainCauses, TheExampleIsOneTransferThroughout) {
  TransferRecord early = row(TransferError::reset, 10);
  early.detail = "seen early";
  TransferRecord late = row(TransferError::reset, 20);
  late.detail = "seen late";
  late.start_s = 1;
  samples::Sample sample = run_with({late, early});
  sample.verdicts = {failed("identity.errors")};
  sample.verdicts[0].summary = "2 of 2 transfers failed.";
  sample.verdicts[0].happened = "2 of 2 transfers failed. For example: seen late";
  const std::string text = render("explain", sample);
  EXPECT_THAT(text, HasSubstr("In the example, seen early"));
  EXPECT_THAT(text, Not(HasSubstr("seen late")));
  EXPECT_THAT(text, HasSubstr("SO_LINGER"));
}

TEST(ExplainCauses, AResetOfAnEmptyFileSaysLessThanOneOfAFile) {
  TransferRecord empty = row(TransferError::reset, 0);
  empty.fixture = 1;
  TransferRecord part = row(TransferError::reset, 10);
  part.start_s = 1;
  TransferRecord nothing = row(TransferError::reset, 0);
  nothing.start_s = 0.5;
  samples::Sample sample = run_with({empty, nothing, part});
  sample.record.fixtures.resize(2);
  EXPECT_EQ(example_of(sample.record, failed("identity.errors"))->fixture, 0);
  EXPECT_EQ(mistake_of(sample.record, failed("identity.errors")), Mistake::unread_when_closing)
      << "nothing came of the example, but of another";
  EXPECT_EQ(mistake_of(run_with({nothing}).record, failed("identity.errors")), Mistake::hangs_up_at_once);
}

TEST(ExplainCauses, ACaseIsNotToldByTheWordsOfTheRunsServer) {
  samples::Sample sample = run_with({});
  sample.record.server_ends.push_back(
      {.exit_code = 0, .signal = {}, .last_lines = {"BrokenPipeError: [Errno 32] Broken pipe"}});
  sample.record.cases.emplace_back().id = "framing.missing_file";
  sample.verdicts = {failed("framing.missing_file")};
  EXPECT_THAT(render("explain", sample), Not(HasSubstr("BrokenPipeError")));
}

}  // namespace
}  // namespace bftp::report
