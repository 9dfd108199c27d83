/// What --explain says for each way in which a transfer, a server or its start can fail.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <csignal>

#include "harness/report/explain/clauses.hpp"
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

struct Symptom {
  const char* name;
  TransferRecord seen;
  Mistake mistake;
};

class ExplainTransfer : public ::testing::TestWithParam<Symptom> {};

TEST_P(ExplainTransfer, NamesTheMistakeWithCauseChangeAndCode) {
  const bool copies = GetParam().seen.error == TransferError::none;
  samples::Sample sample = run_with({GetParam().seen});
  sample.verdicts = {failed(copies ? "identity.copies" : "identity.errors")};
  EXPECT_EQ(mistake_of(sample.record, sample.verdicts[0]), GetParam().mistake);
  const std::string text = render("explain", sample);
  EXPECT_THAT(text, HasSubstr("book.txt (5,000 bytes)"));
  EXPECT_THAT(text, HasSubstr("In the example, this was seen."));
  EXPECT_THAT(text, HasSubstr("Clause 4.1: GET path is answered"));
  EXPECT_THAT(text, HasSubstr("What to change"));
  EXPECT_FALSE(advice_for(GetParam().mistake).why.empty());
}

INSTANTIATE_TEST_SUITE_P(
    Symptoms, ExplainTransfer,
    ::testing::Values(
        Symptom{"ConnectFailed", row(TransferError::connect_failed, 0), Mistake::stops_accepting},
        Symptom{"Silent", row(TransferError::deadline, 0), Mistake::silent},
        Symptom{"TailLost", row(TransferError::deadline, 4096), Mistake::loses_the_tail},
        Symptom{"Reset", row(TransferError::reset, 10), Mistake::unread_when_closing},
        Symptom{"ResetAtOnce", row(TransferError::reset, 0), Mistake::hangs_up_at_once},
        Symptom{"PutHungUp", row(TransferError::closed_early, 0, Op::put), Mistake::hangs_up_at_once},
        Symptom{"HungUp", row(TransferError::closed_early, 0), Mistake::hangs_up_at_once},
        Symptom{"SentOnce", row(TransferError::closed_early, 1024), Mistake::sends_once},
        Symptom{"PutClosed", row(TransferError::closed_early, 1024, Op::put), Mistake::receives_once},
        Symptom{"Refused", row(TransferError::refused, 0), Mistake::refuses},
        Symptom{"Malformed", row(TransferError::malformed_reply, 0), Mistake::malformed_reply},
        Symptom{"PutOutOfStep", row(TransferError::malformed_reply, 9, Op::put), Mistake::receives_once},
        Symptom{"WrongSize", row(TransferError::wrong_size, 0), Mistake::size_in_characters},
        Symptom{"TooLong", row(TransferError::too_long, 5000), Mistake::sends_too_much},
        Symptom{"NotStored", row(TransferError::verify_failed, 5000, Op::put), Mistake::put_not_in_place},
        Symptom{"PutAlwaysDifferent", row(TransferError::none, 5000, Op::put), Mistake::receives_once},
        Symptom{"AlwaysDifferent", row(TransferError::none, 5000), Mistake::text_mode}),
    [](const auto& symptom) { return std::string(symptom.param.name); });

TEST(Explain, TellsBytesThatAreTreatedAsTextFromBytesOfSomebodyElse) {
  TransferRecord first = row(TransferError::none, 5000);
  first.first_difference = 17;
  TransferRecord second = first;
  EXPECT_EQ(mistake_of(run_with({first, second}).record, failed("identity.copies")), Mistake::text_mode);
  second.first_difference = 4096;
  EXPECT_EQ(mistake_of(run_with({first, second}).record, failed("identity.copies")), Mistake::shared_state)
      << "always wrong, but each time in another place";
}

TEST(Explain, TellsChangedBytesFromMissingOnesInTransfersThatBrokeOff) {
  for (const auto error : {TransferError::closed_early, TransferError::too_long, TransferError::wrong_size}) {
    TransferRecord seen = row(error, 4990);
    seen.first_difference = 17;
    EXPECT_EQ(mistake_of(run_with({seen, seen}).record, failed("identity.errors")), Mistake::text_mode);
    TransferRecord elsewhere = seen;
    elsewhere.first_difference = 4096;
    EXPECT_NE(mistake_of(run_with({seen, elsewhere}).record, failed("identity.errors")), Mistake::text_mode);
    seen.first_difference = 4990;
    EXPECT_NE(mistake_of(run_with({seen, seen}).record, failed("identity.errors")), Mistake::text_mode)
        << "all that came was right";
  }
}

TEST(Explain, ABufferThatIsNeverFilledAgainIsNoWrongCount) {
  TransferRecord small = row(TransferError::wrong_size, 1024);
  samples::Sample sample = run_with({small});
  EXPECT_EQ(mistake_of(sample.record, failed("identity.errors")), Mistake::size_in_characters);
  sample.record.fixtures.resize(2);
  sample.record.fixtures[1].size = 9000;
  small.fixture = 1;
  sample.record.transfers.add(small);
  EXPECT_EQ(mistake_of(sample.record, failed("identity.errors")), Mistake::sends_once);
}

TEST(Explain, ALastPieceThatIsDroppedIsToldFromASendThatTookAPart) {
  samples::Sample sample = run_with({row(TransferError::closed_early, 4096)});
  sample.record.fixtures.resize(2);
  sample.record.fixtures[1].size = 20'000;
  TransferRecord other = row(TransferError::closed_early, 16'384);
  other.fixture = 1;
  sample.record.transfers.add(other);
  EXPECT_EQ(mistake_of(sample.record, failed("identity.errors")), Mistake::loses_the_tail);
  other.bytes = 9000;
  sample.record.transfers.add(other);
  EXPECT_EQ(mistake_of(sample.record, failed("identity.errors")), Mistake::sends_once);
}

TEST(Explain, AMissingLastChunkIsNamed) {
  TransferRecord seen = row(TransferError::closed_early, 5000);
  seen.detail = "the server closed the connection after the whole content, but without the last chunk";
  EXPECT_EQ(mistake_of(run_with({seen}).record, failed("identity.errors")), Mistake::no_last_chunk);
}

TEST(Explain, APutStoredInPartIsNoSharedBuffer) {
  TransferRecord good = row(TransferError::none, 5000, Op::put);
  good.identical = true;
  TransferRecord part = row(TransferError::none, 5000, Op::put);
  part.detail = std::string(protocol::copy_ends_early) + "4096 of 5000 bytes";
  EXPECT_EQ(mistake_of(run_with({good, part}).record, failed("identity.copies")), Mistake::receives_once);
}

TEST(Explain, TheExampleIsOfTheMostFrequentKind) {
  TransferRecord rare = row(TransferError::deadline, 0);
  TransferRecord frequent = row(TransferError::malformed_reply, 0);
  frequent.start_s = 1;
  const samples::Sample sample = run_with({rare, frequent, frequent});
  const auto* example = example_of(sample.record, failed("identity.errors"));
  ASSERT_NE(example, nullptr);
  EXPECT_EQ(example->error, TransferError::malformed_reply);
}

TEST(Explain, AnswersWithoutAHeaderOfEightDigitsGetNoAdviceAboutIt) {
  samples::Sample sample = run_with({row(TransferError::malformed_reply, 0)});
  for (const char* dialect : {"http", "http1.1", "ftp"}) {
    sample.record.plan.server.dialect = dialect;
    EXPECT_EQ(mistake_of(sample.record, failed("identity.errors")), Mistake::none) << dialect;
  }
}

TEST(Explain, ARunThatWasInterruptedIsNoServerThatDidNotStart) {
  samples::Sample sample = run_with({});
  sample.exit_code = 3;
  sample.record.state = record::RunState::interrupted;
  sample.record.state_text = "interrupted while a block ran";
  const std::string text = render("explain", sample);
  EXPECT_THAT(text, HasSubstr("ended from outside"));
  EXPECT_THAT(text, Not(HasSubstr("before it listened")));
}

TEST(Explain, AServerOfAnotherDialectIsToldTheClauseOfItsOwn) {
  samples::Sample sample = run_with({});
  sample.exit_code = 3;
  sample.record.state = record::RunState::failed;
  sample.record.plan.server.dialect = "line";
  sample.record.state_text = "the server does not answer in the dialect line: this answers like http";
  const std::string text = render("explain", sample);
  EXPECT_THAT(text, HasSubstr("Clause 7.3"));
  EXPECT_THAT(text, HasSubstr("--dialect"));
}

TEST(Explain, TellsAWrongCopyNowAndThenFromOneEachTime) {
  TransferRecord good = row(TransferError::none, 5000);
  good.identical = true;
  const samples::Sample sample = run_with({good, row(TransferError::none, 5000)});
  EXPECT_EQ(mistake_of(sample.record, failed("identity.copies")), Mistake::shared_state);
}

/// Of 16 MiB the first 4.5 came and nothing more: what a socket buffer took of one send().
TEST(Explain, ManyMissingMebibytesAreNoLastPiece) {
  samples::Sample sample = run_with({row(TransferError::deadline, 4'715'200)});
  sample.record.fixtures[0].size = 16u << 20;
  EXPECT_EQ(mistake_of(sample.record, failed("identity.errors")), Mistake::sends_once);
  sample.record.fixtures[0].size = 4'715'200 + 60'000;
  EXPECT_EQ(mistake_of(sample.record, failed("identity.errors")), Mistake::loses_the_tail);
}

TEST(Explain, OnlyStallsOfFortyMillisecondsAreLaidToNagle) {
  const samples::Sample sample = run_with({});
  judge::Verdict stalls = failed("uniformity.stalls");
  stalls.series.push_back({"", "", "", {1, 2, 3, 4}, {0.1, 41, 44, 43}});
  EXPECT_EQ(mistake_of(sample.record, stalls), Mistake::two_small_writes);
  stalls.series.front().y = {0.1, 205, 204, 41};
  EXPECT_EQ(mistake_of(sample.record, stalls), Mistake::none) << "the judge knows other causes";
}

TEST(Explain, AConnectionLeftOpenAfterTheLastByteOfAClosingDialect) {
  samples::Sample sample = run_with({row(TransferError::deadline, 5000)});
  sample.record.plan.server.dialect = "raw";
  EXPECT_EQ(mistake_of(sample.record, failed("identity.errors")), Mistake::does_not_close);
}

TEST(Explain, TheSameLengthEachTimeIsOneCall) {
  const samples::Sample sample =
      run_with({row(TransferError::deadline, 1024), row(TransferError::deadline, 1024)});
  EXPECT_EQ(mistake_of(sample.record, failed("identity.errors")), Mistake::sends_once);
}

TEST(Explain, AnotherDialectIsNamed) {
  TransferRecord http = row(TransferError::malformed_reply, 0);
  http.detail = "the reply begins with 'HTTP/1.1 400'; this looks like the dialect http (--dialect http)";
  samples::Sample sample = run_with({http});
  sample.verdicts = {failed("identity.errors")};
  EXPECT_THAT(render("explain", sample), HasSubstr("--dialect"));
}

TEST(Explain, TheServersOwnEndComesFirstWithItsLastWords) {
  samples::Sample sample = run_with({row(TransferError::reset, 0)});
  sample.record.server_ends.push_back(
      {.by_itself = true, .exit_code = 1, .signal = {}, .last_lines = {"Traceback", "KeyError: '\x1b[2J'"}});
  sample.verdicts = {failed("identity.errors"), failed("lifecycle.stays_up", {"2.6"})};
  const std::string text = render("explain", sample);
  EXPECT_THAT(text, HasSubstr("(lifecycle.stays_up)"));
  EXPECT_THAT(text, HasSubstr("| KeyError: '\\x1b[2J'"));
  EXPECT_THAT(text, HasSubstr("except (OSError"));
  EXPECT_THAT(text, HasSubstr("Failed as well: identity.errors"));
}

TEST(Explain, TheEndsOfServersAreToldApart) {
  samples::Sample sample = run_with({});
  sample.record.plan.clients.count = 2;
  sample.record.server_ends.push_back({.by_itself = true, .exit_code = 0, .signal = {}, .last_lines = {}});
  EXPECT_EQ(mistake_of(sample.record, failed("lifecycle.stays_up")), Mistake::serves_once);
  sample.record.server_ends[0].exit_code.reset();
  sample.record.server_ends[0].signal = SIGPIPE;
  EXPECT_EQ(mistake_of(sample.record, failed("lifecycle.stays_up")), Mistake::writes_to_closed);
  sample.record.server_ends[0].signal = SIGSEGV;
  EXPECT_EQ(mistake_of(sample.record, failed("lifecycle.stays_up")), Mistake::client_ends_server);
  sample.record.transfers.add(row(TransferError::none, 5000));
  EXPECT_EQ(mistake_of(sample.record, failed("lifecycle.stays_up")), Mistake::shared_state)
      << "it had sent one client's bytes to another before";
}

TEST(Explain, ATracebackOfAServerThatLivesOnIsShown) {
  samples::Sample sample = run_with({row(TransferError::closed_early, 0)});
  sample.record.server_ends.push_back(
      {.exit_code = 0, .signal = {}, .last_lines = {"Traceback (most recent call last):", "NameError: x"}});
  sample.verdicts = {failed("identity.errors")};
  EXPECT_THAT(render("explain", sample), HasSubstr("| NameError: x"));
}

TEST(Explain, TheCasesThatEveryRunHasAreToldWhatToChange) {
  const samples::Sample sample = run_with({});
  EXPECT_EQ(mistake_of(sample.record, failed("hostile.parent_folder")), Mistake::leaves_its_folder);
  EXPECT_EQ(mistake_of(sample.record, failed("concurrency.silent_client")), Mistake::one_client_at_a_time);
}

TEST(Explain, EveryMistakeHasACauseAndAChange) {
  for (int at = 1; at <= static_cast<int>(Mistake::never_listens); ++at) {
    const Advice& advice = advice_for(static_cast<Mistake>(at));
    EXPECT_FALSE(advice.why.empty()) << at;
    EXPECT_FALSE(advice.change.empty()) << at;
    for (const auto language : {Language::python, Language::java, Language::go, Language::c})
      EXPECT_TRUE(advice.code(language).empty() || advice.code(language).ends_with('\n')) << at;
  }
  EXPECT_TRUE(advice_for(Mistake::none).why.empty());
}

TEST(Explain, CodeIsInTheServersLanguage) {
  record::RunRecord record;
  const auto language = [&](std::vector<std::string> words) {
    record.plan.server.argv_template = std::move(words);
    return language_of(record);
  };
  EXPECT_EQ(language({"/usr/bin/python3.11", "s"}), Language::python);
  EXPECT_EQ(language({"./server.py"}), Language::python);
  EXPECT_EQ(language({"java", "-cp", "x", "Server"}), Language::java);
  EXPECT_EQ(language({"go", "run", "."}), Language::go);
  EXPECT_EQ(language({"./server", "{port}"}), Language::c);
  EXPECT_EQ(language({}), Language::c);
}

/// A command of the plan has {{ for a brace; one to be copied has the brace.
TEST(Explain, TheCommandByHandHasItsBracesAndPlaceholders) {
  samples::Sample sample = run_with({});
  sample.exit_code = 3;
  sample.record.state = record::RunState::failed;
  sample.record.plan.server.command = "sh -c 'f() {{ :; }}; f' {port} {root}";
  EXPECT_THAT(render("explain", sample), HasSubstr("sh -c 'f() { :; }; f' {port} {root}"));
}

TEST(Explain, OtherLanguagesGetWordsAndNoCode) {
  record::RunRecord record;
  for (const char* program :
       {"node", "/usr/bin/perl", "ruby3.1", "./run.sh", "./my_java/run.sh", "server.mjs"}) {
    record.plan.server.argv_template = {program, "{port}"};
    EXPECT_EQ(language_of(record), Language::other) << program;
  }
  EXPECT_EQ(advice_for(Mistake::sends_once).code(Language::other), "");
  record.plan.server.argv_template = {"./run.sh"};
  record.server_runtime.kind = record::RuntimeKind::hotspot;
  EXPECT_EQ(language_of(record), Language::java) << "what runs it was recognised";
  record.plan.server.argv_template = {"./server"};
  record.server_runtime.kind = record::RuntimeKind::go;
  EXPECT_EQ(language_of(record), Language::go);
}

struct Start {
  const char* message;
  Mistake mistake;
};

class ExplainStart : public ::testing::TestWithParam<Start> {};

TEST_P(ExplainStart, SaysWhyNothingWasJudged) {
  EXPECT_EQ(mistake_at_start(GetParam().message), GetParam().mistake);
  samples::Sample sample = run_with({});
  sample.record.state = record::RunState::failed;
  sample.record.state_text = GetParam().message;
  sample.exit_code = 3;
  const std::string text = render("explain", sample);
  EXPECT_THAT(text, HasSubstr("Nothing was judged"));
  EXPECT_THAT(text, HasSubstr("What to change"));
}

INSTANTIATE_TEST_SUITE_P(
    Messages, ExplainStart,
    ::testing::Values(
        Start{"| ModuleNotFoundError: No module named 'x'", Mistake::missing_module},
        Start{"| SyntaxError: invalid syntax", Mistake::does_not_compile},
        Start{"| OSError: [Errno 98] Address already in use", Mistake::port_in_use},
        Start{"the server listens on 0.0.0.0:80, not on 127.0.0.1:4000 as it was told",
              Mistake::port_not_taken},
        Start{"the server listens on [::1]:80, which does not take connections to", Mistake::wrong_address},
        Start{"the server runs, but has not listened on any port within 2 s", Mistake::never_listens},
        Start{"python3: can't open file 'server.py'", Mistake::program_not_found},
        Start{"| usage: server.py [-h]", Mistake::wrong_arguments},
        Start{"the server ended with exit status 1 at once\n| Traceback (most recent call last):\n| "
              "FileNotFoundError: [Errno 2] No such file or directory: 'settings.ini'",
              Mistake::error_at_start},
        Start{"the server ended with exit status 0 at once\n| feature X is not on in this build",
              Mistake::ends_at_once},
        Start{
            "the server ended with exit status 2 at once\n| python3: can't open file '/x/server.py': [Errno "
            "2] No such file or directory",
            Mistake::program_not_found},
        Start{"the server ended with exit status 0 at once, before it listened", Mistake::ends_at_once},
        Start{"the server was ended by signal 11 (SIGSEGV) at once", Mistake::error_at_start}));

TEST(Explain, TheServerIsNotBlamedForWhatIsNotItsOwn) {
  for (const char* message : {"worker 0 is lost", "our own 'bftp-worker' is missing",
                              "the client's command 'gone' is in no folder of PATH",
                              "cannot write reports/x/run.json: No such file or directory"}) {
    EXPECT_EQ(mistake_at_start(message), Mistake::none) << message;
    samples::Sample sample = run_with({});
    sample.record.state = record::RunState::failed;
    sample.record.state_text = message;
    sample.exit_code = 3;
    const std::string text = render("explain", sample);
    EXPECT_THAT(text, Not(HasSubstr("Why, most likely")));
    EXPECT_THAT(text, Not(HasSubstr("before it listened")));
  }
}

TEST(Explain, AnRfcIsNoClauseOfOurs) {
  samples::Sample sample = run_with({});
  sample.verdicts = {failed("hostile.parent_folder", {"7.7", "RFC 1945, 12.5"})};
  const std::string text = render("explain", sample);
  EXPECT_THAT(text, HasSubstr("   RFC 1945, 12.5: An HTTP server"));
  EXPECT_THAT(text, HasSubstr("Clause 7.7: HTTP"));
}

TEST(Explain, OneClientAloneMeetsNobodyElsesBytes) {
  samples::Sample sample = run_with({row(TransferError::none, 5000), row(TransferError::none, 5000)});
  record::TransferRecord good = row(TransferError::none, 5000);
  good.identical = true;
  sample.record.transfers.add(good);
  sample.record.plan.clients.count = 2;
  EXPECT_EQ(mistake_of(sample.record, failed("identity.copies")), Mistake::shared_state);
  sample.record.plan.clients.count = 1;
  EXPECT_EQ(mistake_of(sample.record, failed("identity.copies")), Mistake::none);
}

TEST(Explain, ARunWithoutFailureSaysSo) {
  samples::Sample sample = samples::healthy();
  const std::string text = render("explain", sample);
  EXPECT_THAT(text, HasSubstr("Nothing failed"));
  EXPECT_THAT(text, Not(HasSubstr("What to change")));
}

TEST(Explain, UnknownClausesSayNothing) {
  EXPECT_EQ(clause_in_words("99.9"), "");
  EXPECT_THAT(std::string(clause_in_words("6.3")), HasSubstr("SIGTERM"));
}

TEST(Explain, WhatKeepsAllCasesFromBeingJudgedIsSaidOnce) {
  samples::Sample sample = run_with({});
  sample.exit_code = 2;
  for (const char* id : {"conformance.quit_closes", "conformance.put_sizes"}) {
    judge::Verdict verdict = failed(id);
    verdict.status = judge::Status::inconclusive;
    verdict.summary = "It could not be started.";
    verdict.settle = std::string("Run again: --only ") + id;
    sample.verdicts.push_back(verdict);
  }
  const std::string text = render("explain", sample);
  const auto first = text.find("It could not be started.");
  ASSERT_NE(first, std::string::npos) << text;
  EXPECT_EQ(text.find("It could not be started.", first + 1), std::string::npos) << text;
  EXPECT_THAT(text, HasSubstr("conformance.put_sizes"));
  EXPECT_THAT(text, HasSubstr("conformance.quit_closes"));
}

}  // namespace
}  // namespace bftp::report
