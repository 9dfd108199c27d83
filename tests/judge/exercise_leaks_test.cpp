#include "harness/judge/exercise_leaks.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <memory>

#include "record_builder.hpp"

/// Leaks on refused requests and on transfers that are broken off: told from leaks on each transfer, from a
/// warm-up, and from what could not be exercised.
namespace bftp::judge::testing {
namespace {

using record::QuietKind;
using record::RunRecord;
using ::testing::HasSubstr;

/// What the server holds after so many requests of the exercise.
using Holds = std::function<void(record::ResourceSample&, double requests)>;

void add_exercise(RunRecord& record, QuietKind kind, const Holds& holds, bool confirmation = false,
                  std::uint64_t per_stretch = 60, std::uint32_t stretches = 6) {
  record::Exercise exercise{.kind = kind, .confirmation = confirmation};
  const auto quiet = [&](std::uint32_t number) {
    record::QuietPoint point;
    point.kind = kind;
    point.round = number;
    point.transfers_before = exercise.requests;
    point.confirmation = confirmation;
    point.sample.pss_mib = 8;
    point.sample.fds = 8;
    point.sample.threads = point.sample.processes = 1;
    point.sample.zombies = point.sample.sockets_close_wait = 0;
    holds(point.sample, static_cast<double>(exercise.requests));
    record.quiet_points.push_back(point);
  };
  quiet(0);
  for (std::uint32_t number = 1; number <= stretches; ++number) {
    exercise.requests += per_stretch;
    quiet(number);
  }
  exercise.as_meant = exercise.requests;
  quiet(stretches + 1);
  record.exercises.push_back(exercise);
}

RunRecord exercised(QuietKind kind, const Holds& holds) {
  RecordBuilder builder;
  builder.confirmation = true;
  RunRecord record = builder.build();
  add_exercise(record, kind, holds);
  add_exercise(record, kind, holds, true);
  return record;
}

Status status_of(const RunRecord& record, const std::string& id) {
  return find(judge_all(record), id).status;
}

TEST(ExerciseLeaks, FiveKiBOfEachRefusedRequestAreFound) {
  const auto record =
      exercised(QuietKind::refused, [](auto& sample, double n) { sample.pss_mib = 8 + n * 5 / 1024; });
  const auto verdicts = judge_all(record);
  const Verdict& verdict = find(verdicts, "memory.leak_on_errors");
  EXPECT_EQ(verdict.status, Status::fail) << verdict.summary;
  EXPECT_THAT(verdict.summary, HasSubstr("5 KiB of each refused request"));
  EXPECT_THAT(verdict.confidence, HasSubstr("seen again"));
  EXPECT_FALSE(verdict.cause.empty());
  EXPECT_FALSE(verdict.series.empty());
  EXPECT_EQ(listed(verdicts, Status::fail).find('\n'), listed(verdicts, Status::fail).size() - 1)
      << listed(verdicts, Status::fail);
}

TEST(ExerciseLeaks, ThreadsOfAPoolThatFillsBringTheirHeapsAlong) {
  const auto filling = [](auto& sample, double n) {
    sample.threads = n < 200 ? 1 : 2;
    sample.pss_mib = 8 + n * 1.2 / 1024;
  };
  EXPECT_EQ(status_of(exercised(QuietKind::aborted, filling), "memory.leak_on_aborts"), Status::pass);
  const auto leaking = [&](auto& sample, double n) {
    filling(sample, n);
    sample.pss_mib = 8 + n * 64 / 1024;
  };
  EXPECT_EQ(status_of(exercised(QuietKind::aborted, leaking), "memory.leak_on_aborts"), Status::fail);
}

TEST(ExerciseLeaks, GrowthThatACollectorMayLeaveLyingSaysNothing) {
  auto record = exercised(QuietKind::aborted, [](auto& sample, double n) { sample.pss_mib = 8 + n / 2; });
  record.machine.memory_bytes = 24ull << 30;
  record.server_runtime.kind = record::RuntimeKind::hotspot;
  EXPECT_EQ(status_of(record, "memory.leak_on_aborts"), Status::skip);
  record.server_runtime.options = {"-Xmx1m"};
  EXPECT_EQ(status_of(record, "memory.leak_on_aborts"), Status::fail);
}

/// PSS alone could be garbage here, whatever it does.
TEST(ExerciseLeaks, WhatSurvivesACollectionOnRequestIsNoGarbage) {
  const auto judged = [](double heap_kib_each, double pss_kib_each) {
    auto record = exercised(QuietKind::aborted, [&](auto& sample, double n) {
      sample.pss_mib = 60 + n * pss_kib_each / 1024;
      sample.collector = record::Collector{.survived_mib = 3 + n * heap_kib_each / 1024, .just_ran = true};
    });
    record.machine.memory_bytes = 24ull << 30;
    record.server_runtime.kind = record::RuntimeKind::hotspot;
    for (auto& point : record.quiet_points)
      if (!point.sample.collector)
        point.sample.collector = record::Collector{.survived_mib = 3, .just_ran = true};
    return find(judge_all(record), "memory.leak_on_aborts");
  };
  EXPECT_EQ(judged(0, 0).status, Status::pass);
  EXPECT_EQ(judged(0, 20).status, Status::pass) << judged(0, 20).summary;
  EXPECT_THAT(judged(0, 20).summary, HasSubstr("does not grow with"));
  const Verdict leak = judged(16, 0);
  EXPECT_EQ(leak.status, Status::fail) << leak.summary;
  EXPECT_THAT(leak.summary, HasSubstr("16 KiB of each aborted transfer"));
  EXPECT_THAT(leak.happened, HasSubstr("garbage collector left on the heap"));
}

/// Python's http.server grows by 1 to 2.5 KiB of each aborted transfer over the first few hundred, and levels
/// off afterwards.
TEST(ExerciseLeaks, OneKiBOfEachAbortedTransferMayBeTheWarmUpOfThePath) {
  const auto record =
      exercised(QuietKind::aborted, [](auto& sample, double n) { sample.pss_mib = 8 + n / 1024; });
  EXPECT_EQ(status_of(record, "memory.leak_on_aborts"), Status::warn);
  const auto verdicts = judge_all(record);
  EXPECT_THAT(find(verdicts, "memory.leak_on_aborts").summary, HasSubstr("or the warm-up of this path"));
  const auto larger =
      exercised(QuietKind::aborted, [](auto& sample, double n) { sample.pss_mib = 8 + n * 5 / 1024; });
  EXPECT_EQ(status_of(larger, "memory.leak_on_aborts"), Status::fail);
  EXPECT_EQ(status_of(record, "memory.leak_on_errors"), Status::skip) << "it was not exercised";
}

/// Seen of a healthy server with a thread for each connection, on a busy machine: 256 KiB whenever more
/// threads overlapped than ever before.
TEST(ExerciseLeaks, HeapsThatComeUpOneByOneAreNoLeak) {
  const auto heaps = [](double requests, double every, double most) {
    return std::min(std::floor(requests / every), most) * 0.25;
  };
  RecordBuilder builder;
  builder.confirmation = true;
  RunRecord record = builder.build();
  constexpr double before_repeats = 6;
  add_exercise(
      record, QuietKind::aborted, [&](auto& sample, double n) { sample.pss_mib = 8 + heaps(n, 110, 16); },
      false, 60, 12);
  for (const double left : {2.0, 5.0, 10.0}) {
    RunRecord repeated = record;
    add_exercise(
        repeated, QuietKind::aborted,
        [&](auto& sample, double n) { sample.pss_mib = 8 + before_repeats / 4 + heaps(n, 110, left); }, true,
        60, 36);
    EXPECT_NE(status_of(repeated, "memory.leak_on_aborts"), Status::fail) << left << " heaps in the repeats";
  }
  // Of a leak in one of 50 requests the lumps do not end.
  EXPECT_EQ(status_of(record, "memory.leak_on_aborts"), Status::inconclusive) << "failed, and never repeated";
  RunRecord leaking = record;
  add_exercise(
      leaking, QuietKind::aborted,
      [&](auto& sample, double n) { sample.pss_mib = 8 + before_repeats / 4 + std::floor(n / 50) * 0.25; },
      true, 60, 36);
  EXPECT_EQ(status_of(leaking, "memory.leak_on_aborts"), Status::fail);
}

TEST(ExerciseLeaks, EachKindOfHandleIsNamed) {
  const std::vector<std::pair<std::string, Holds>> kinds = {
      {"descriptor",
       [](auto& sample, double n) {
         sample.fds = 8 + static_cast<std::uint32_t>(n);
       }},
      {"thread",
       [](auto& sample, double n) {
         sample.threads = 1 + static_cast<std::uint32_t>(n);
       }},
      {"process",
       [](auto& sample, double n) {
         sample.processes = 1 + static_cast<std::uint32_t>(n);
       }},
      {"zombie",
       [](auto& sample, double n) {
         sample.zombies = static_cast<std::uint32_t>(n);
       }},
      {"connection in CLOSE_WAIT", [](auto& sample, double n) {
         sample.sockets_close_wait = static_cast<std::uint32_t>(n);
       }}};
  for (const auto& [noun, holds] : kinds) {
    const auto verdicts = judge_all(exercised(QuietKind::aborted, holds));
    const Verdict& verdict = find(verdicts, "handles.leak_on_aborts");
    EXPECT_EQ(verdict.status, Status::fail) << noun;
    EXPECT_THAT(verdict.summary, HasSubstr("1 " + noun + " per aborted transfer"));
  }
}

TEST(ExerciseLeaks, AWarmUpACacheAndACollectorArePassed) {
  const std::vector<Holds> healthy = {
      [](auto&, double) {},
      [](auto& sample, double n) { sample.pss_mib = 8 + 4 * (1 - std::exp(-n / 50)); },
      [](auto& sample, double n) { sample.pss_mib = 8 + std::min(n * 0.05, 6.0); },
      [](auto& sample, double n) { sample.pss_mib = 20 + std::fmod(n * 37, 100) / 20; },
      [](auto& sample, double n) { sample.threads = 1 + static_cast<std::uint32_t>(std::min(n, 16.0)); },
      [](auto& sample, double n) {
        sample.fds = n > 0 ? 12 : 8;
      }};
  for (std::size_t i = 0; i < healthy.size(); ++i) {
    const auto record = exercised(QuietKind::refused, healthy[i]);
    EXPECT_EQ(status_of(record, "memory.leak_on_errors"), Status::pass) << i;
    EXPECT_EQ(status_of(record, "handles.leak_on_errors"), Status::pass) << i;
  }
}

TEST(ExerciseLeaks, WhatEachTransferLeaksIsNotBlamedTwice) {
  RecordBuilder builder;
  builder.fds = [](std::uint64_t n) {
    return 8.0 + static_cast<double>(n);
  };
  RunRecord record = builder.build();
  const Holds holds = [](auto& sample, double n) {
    sample.fds = 5000 + static_cast<std::uint32_t>(n);
  };
  add_exercise(record, QuietKind::refused, holds);
  const auto verdicts = judge_all(record);
  EXPECT_EQ(find(verdicts, "handles.descriptors").status, Status::fail);
  EXPECT_EQ(find(verdicts, "handles.leak_on_errors").status, Status::pass);
  EXPECT_THAT(find(verdicts, "handles.leak_on_errors").summary,
              HasSubstr("no more than with whole transfers"));
}

/// A heap that fills in the first pass and no more: nobody's matter, so it excuses no leak of another path.
TEST(ExerciseLeaks, WhatOnlyOnePassSawOfTransfersExcusesNoPath) {
  RecordBuilder builder;
  const auto of_first_pass =
      static_cast<double>(builder.build().transfers.total(record::Arm::server).transfers);
  double grows_until = of_first_pass;
  builder.confirmation = true;
  builder.pss_mib = [&](std::uint64_t n, RecordBuilder::Random&) {
    return 8 + std::min(static_cast<double>(n), grows_until) * 40 / 1024;
  };
  const auto judged = [&] {
    RunRecord record = builder.build();
    for (const bool confirmation : {false, true})
      add_exercise(
          record, QuietKind::refused, [](auto& sample, double n) { sample.pss_mib = 90 + n * 64 / 1024; },
          confirmation);
    return judge_all(record);
  };
  EXPECT_EQ(find(judged(), "memory.leak").status, Status::warn);
  EXPECT_EQ(find(judged(), "memory.leak_on_errors").status, Status::fail);
  grows_until = 1e9;
  EXPECT_EQ(find(judged(), "memory.leak").status, Status::fail);
  EXPECT_EQ(find(judged(), "memory.leak_on_errors").status, Status::pass) << "each transfer leaks as much";
}

TEST(ExerciseLeaks, ADescriptorOfEachReplacedFileIsFound) {
  const auto verdicts = judge_all(exercised(
      QuietKind::replaced, [](auto& sample, double n) { sample.fds = 8 + static_cast<std::uint32_t>(n); }));
  const Verdict& verdict = find(verdicts, "handles.leak_on_replacements");
  EXPECT_EQ(verdict.status, Status::fail);
  EXPECT_THAT(verdict.summary, HasSubstr("1 descriptor per replacing PUT"));
  EXPECT_THAT(verdict.happened, HasSubstr("PUTs of new files do not do this"));
  EXPECT_EQ(find(verdicts, "handles.leak_on_aborts").status, Status::skip);
}

TEST(ExerciseLeaks, AFolderThatStaysOpenAfterEachListingIsFound) {
  // One verb in four is a listing.
  const auto verdicts = judge_all(exercised(
      QuietKind::others, [](auto& sample, double n) { sample.fds = 8 + static_cast<std::uint32_t>(n / 4); }));
  const Verdict& verdict = find(verdicts, "handles.leak_on_other_verbs");
  EXPECT_EQ(verdict.status, Status::fail);
  EXPECT_THAT(verdict.summary, HasSubstr("per non-transfer request"));
  EXPECT_THAT(verdict.cause, HasSubstr("closedir"));
  EXPECT_FALSE(verdict.series.empty());
}

TEST(ExerciseLeaks, FiveKiBOfEachOtherVerbAreFound) {
  const auto leaking = [](auto& sample, double n) {
    sample.pss_mib = 8 + n * 5 / 1024;
  };
  EXPECT_EQ(status_of(exercised(QuietKind::others, leaking), "memory.leak_on_other_verbs"), Status::fail);
  const auto still = [](auto&, double) {
  };
  EXPECT_EQ(status_of(exercised(QuietKind::others, still), "memory.leak_on_other_verbs"), Status::pass);
}

TEST(ExerciseLeaks, WhereADialectHasNoOtherVerbThatIsSaid) {
  RunRecord record = RecordBuilder().build();
  record.plan.server.dialect = "nul";
  EXPECT_THAT(find(judge_all(record), "memory.leak_on_other_verbs").summary,
              HasSubstr("nothing but requests for whole files"));
}

TEST(ExerciseLeaks, FiveKiBOfEachReplacedFileAreFound) {
  const auto leaking = [](auto& sample, double n) {
    sample.pss_mib = 8 + n * 5 / 1024;
  };
  EXPECT_EQ(status_of(exercised(QuietKind::replaced, leaking), "memory.leak_on_replacements"), Status::fail);
  const auto still = [](auto&, double) {
  };
  EXPECT_EQ(status_of(exercised(QuietKind::replaced, still), "memory.leak_on_replacements"), Status::pass);
}

/// A fifth of the transfers are PUTs, each of which leaves one: 0.2 for each transfer, 1 for each replacing
/// PUT.
TEST(ExerciseLeaks, WhatEachPutLeavesIsNotBlamedOnReplacing) {
  RecordBuilder builder;
  using record::Op;
  builder.ops = {Op::get, Op::get, Op::get, Op::get, Op::put};
  builder.fds = [](std::uint64_t n) {
    return 8.0 + std::floor(static_cast<double>(n) / 5);
  };
  RunRecord record = builder.build();
  const Holds holds = [](auto& sample, double n) {
    sample.fds = 5000 + static_cast<std::uint32_t>(n);
  };
  add_exercise(record, QuietKind::replaced, holds);
  const auto verdicts = judge_all(record);
  EXPECT_EQ(find(verdicts, "handles.descriptors").status, Status::fail);
  EXPECT_EQ(find(verdicts, "handles.leak_on_replacements").status, Status::pass);
  EXPECT_THAT(find(verdicts, "handles.leak_on_replacements").summary,
              HasSubstr("no more than with PUTs of new files"));
}

TEST(ExerciseLeaks, WhyNothingWasReplacedIsSaid) {
  RunRecord record = RecordBuilder{}.build();
  record.plan.ops = {record::Op::get};
  const auto why = [&] {
    return find(judge_all(record), "handles.leak_on_replacements").summary;
  };
  EXPECT_THAT(why(), HasSubstr("The run stores no files"));
  record.plan.ops = {record::Op::get, record::Op::put};
  EXPECT_THAT(why(), HasSubstr("did not get to"));
  record.plan.server.dialect = "nul";
  EXPECT_THAT(why(), HasSubstr("does not say that a PUT replaces"));
}

TEST(ExerciseLeaks, GivenBackAtRestIsNoLeak) {
  RunRecord record = RecordBuilder{}.build();
  add_exercise(record, QuietKind::aborted,
               [](auto& sample, double n) { sample.fds = 8 + static_cast<std::uint32_t>(n); });
  record.quiet_points.back().sample.fds = 8;
  EXPECT_EQ(status_of(record, "handles.leak_on_aborts"), Status::pass);
}

TEST(ExerciseLeaks, WhatDidNotHappenIsNotJudged) {
  RunRecord record = RecordBuilder{}.build();
  EXPECT_EQ(status_of(record, "memory.leak_on_errors"), Status::skip);
  add_exercise(record, QuietKind::refused, [](auto& sample, double n) { sample.pss_mib = 8 + n; });
  record.exercises.back().as_meant = 3;
  record.exercises.back().remark = "malformed_reply: the server said\nyes";
  const auto verdicts = judge_all(record);
  const Verdict& verdict = find(verdicts, "memory.leak_on_errors");
  EXPECT_EQ(verdict.status, Status::skip);
  EXPECT_THAT(verdict.summary, HasSubstr("the server said\\x0ayes"));
}

TEST(ExerciseLeaks, PathologicalSeries) {
  for (const std::uint32_t stretches : {0u, 1u}) {
    RunRecord record = RecordBuilder{}.build();
    add_exercise(
        record, QuietKind::refused, [](auto&, double) {}, false, 60, stretches);
    EXPECT_EQ(status_of(record, "memory.leak_on_errors"), Status::skip) << stretches;
  }
  RunRecord unknown = RecordBuilder{}.build();
  add_exercise(unknown, QuietKind::refused, [](auto& sample, double) { sample = {}; });
  EXPECT_EQ(status_of(unknown, "memory.leak_on_errors"), Status::skip);
  EXPECT_EQ(status_of(unknown, "handles.leak_on_errors"), Status::skip);
  RunRecord nan = RecordBuilder{}.build();
  add_exercise(nan, QuietKind::refused, [](auto& sample, double) { sample.pss_mib = NAN; });
  EXPECT_EQ(status_of(nan, "memory.leak_on_errors"), Status::skip);
}

/// How often a leak is found at the sizes that docs/statistics.md states.
double found_share(const std::function<double(std::uint64_t, RecordBuilder::Random&)>& pss_mib,
                   std::uint32_t rounds, std::uint32_t per_round) {
  int found = 0;
  constexpr int runs = 100;
  for (std::uint64_t seed = 1; seed <= runs; ++seed) {
    RecordBuilder builder;
    builder.seed = seed;
    builder.clients = 1;
    builder.rounds = rounds;
    builder.iterations = per_round;
    builder.ops = {record::Op::get};
    builder.files = {{"oliver_twist.txt", 936281}};
    builder.confirmation = true;
    builder.pss_mib = pss_mib;
    found += find(judge_all(builder.build()), "memory.leak").status == Status::fail ? 1 : 0;
  }
  return static_cast<double>(found) / runs;
}

TEST(LeakSizes, OneKiBOfEachOf200TransfersIsFoundIn95Of100) {
  const auto leak = [](std::uint64_t n, RecordBuilder::Random& random) {
    return 6 + static_cast<double>(n) / 1024 + 0.03 * uniform(random);
  };
  EXPECT_GE(found_share(leak, 10, 20), 0.95);
}

TEST(LeakSizes, SixtyFourKiBOfEachOf50TransfersIsAlwaysFound) {
  const auto leak = [](std::uint64_t n, RecordBuilder::Random& random) {
    return 6 + static_cast<double>(n) / 16 + 0.2 * uniform(random);
  };
  EXPECT_EQ(found_share(leak, 10, 5), 1.0);
}

TEST(LeakSizes, ALeakInOneOf50TransfersIsFoundAt1000) {
  // 64 KiB each, by chance; a series that never falls, so each run keeps its own count.
  struct Lost {
    std::uint64_t until = 0;
    double mib = 0;
  };
  const auto lost = std::make_shared<Lost>();
  const auto leak = [lost](std::uint64_t n, RecordBuilder::Random& random) {
    if (n < lost->until) *lost = {};
    for (; lost->until < n; ++lost->until) lost->mib += random() % 50 == 0 ? 1.0 / 16 : 0;
    return 6 + lost->mib + 0.03 * uniform(random);
  };
  EXPECT_GE(found_share(leak, 10, 100), 0.9);
}

TEST(LeakSizes, OneHandleOfEachOf20TransfersIsAlwaysFound) {
  for (std::uint64_t seed = 1; seed <= 20; ++seed) {
    RecordBuilder builder;
    builder.seed = seed;
    builder.clients = 1;
    builder.rounds = 10;
    builder.iterations = 2;
    builder.ops = {record::Op::get};
    builder.files = {{"oliver_twist.txt", 936281}};
    builder.confirmation = true;
    builder.zombies = [](std::uint64_t n) {
      return static_cast<double>(n);
    };
    EXPECT_EQ(find(judge_all(builder.build()), "handles.zombies").status, Status::fail);
  }
}

}  // namespace
}  // namespace bftp::judge::testing
