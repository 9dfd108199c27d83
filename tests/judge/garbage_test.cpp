#include "harness/judge/garbage.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "record_builder.hpp"

namespace bftp::judge::testing::garbage_test {
namespace {

using record::RuntimeKind;
using ::testing::HasSubstr;

constexpr double mib = 1024.0 * 1024.0;

/// A server whose memory at rest rises by so much with each transfer, over two passes.
record::RunRecord growing(double bytes_per_transfer) {
  RecordBuilder builder;
  builder.confirmation = true;
  builder.clients = 2;
  builder.ops = {record::Op::get};
  builder.files = {{"nuls.bin", 2599}};
  builder.pss_mib = [=](std::uint64_t transfers, RecordBuilder::Random&) {
    return 10.0 + static_cast<double>(transfers) * bytes_per_transfer / mib;
  };
  auto record = builder.build();
  record.machine.memory_bytes = 24ull << 30;
  return record;
}

double transfers_of(const record::RunRecord& record) {
  double most = 0;
  for (const auto& point : record.quiet_points)
    most = std::max(most, static_cast<double>(point.transfers_before));
  return most;
}

Verdict leak_of(const record::RunRecord& record) {
  return find(judge_all(record), "memory.leak");
}

/// What stands on the heap after the collector's last run, by transfers, and whether it went through old
/// objects since the point before.
void tell_of_heap(record::RunRecord& record, const std::function<double(double)>& survived_mib,
                  const std::function<bool(std::size_t)>& whole) {
  std::uint64_t whole_runs = 0;
  std::size_t number = 0;
  for (auto& point : record.quiet_points) {
    if (whole(number++)) ++whole_runs;
    point.sample.collector =
        record::Collector{.runs = number * 10,
                          .whole_runs = whole_runs,
                          .survived_mib = survived_mib(static_cast<double>(point.transfers_before))};
  }
}

/// Likewise where everything was collected on request before each reading.
void collect_all(record::RunRecord& record, const std::function<double(double)>& lives_mib) {
  tell_of_heap(record, lives_mib, [](std::size_t) { return true; });
  for (auto& point : record.quiet_points) point.sample.collector->just_ran = true;
}

/// The same growth: of a server that frees what it needs no more it is a leak, of one with a collector it may
/// be garbage, until it is more than may lie there.
TEST(Garbage, IsTakenForALeakOnlyBeyondWhatMayLieThere) {
  struct Row {
    RuntimeKind kind;
    std::vector<std::string> options;
    double bound_mib;  ///< none: 0
    const char* remedy;
  };
  const std::vector<Row> rows = {
      {RuntimeKind::unknown, {}, 0, ""},
      {RuntimeKind::cpython, {}, 0, ""},
      {RuntimeKind::hotspot, {}, 448, "-Xmx16m"},
      {RuntimeKind::hotspot, {"-Xmx16m"}, 80, "-Xmx16m"},
      {RuntimeKind::hotspot, {"-Xms2g", "-Xmx1g", "-Xmx64m"}, 128, "-Xmx16m"},
      {RuntimeKind::hotspot, {"-XX:MaxHeapSize=32m"}, 96, "-Xmx16m"},
      {RuntimeKind::go, {}, 14, "GOGC=10"},
      {RuntimeKind::go, {"GOGC=10"}, 5, "GOGC=10"},
      {RuntimeKind::v8, {}, 80, "--max-semi-space-size=1"},
      {RuntimeKind::v8, {"--max-semi-space-size=1"}, 65, "--max-semi-space-size=1"},
      {RuntimeKind::dotnet, {}, 96, "DOTNET_GCgen0size"},
      {RuntimeKind::dotnet, {"DOTNET_GCgen0size=400000"}, 36, "DOTNET_GCgen0size"},
      {RuntimeKind::ruby, {}, 40, "RUBY_GC_MALLOC_LIMIT_MAX"}};
  const double transfers = transfers_of(growing(0));
  for (const Row& row : rows) {
    SCOPED_TRACE(std::string(to_string(row.kind)) + (row.options.empty() ? "" : row.options.back()));
    for (const double times : {0.9, 1.1}) {
      const double growth_mib = std::max(row.bound_mib, 4.0) * times;
      auto record = growing(growth_mib * mib / transfers);
      record.server_runtime = {row.kind, row.options};
      const Verdict verdict = leak_of(record);
      if (growth_mib > row.bound_mib) {
        EXPECT_EQ(verdict.status, Status::fail) << growth_mib << ": " << verdict.summary;
      } else {
        EXPECT_EQ(verdict.status, Status::inconclusive) << growth_mib << ": " << verdict.summary;
        EXPECT_THAT(verdict.settle, HasSubstr(row.remedy));
        EXPECT_THAT(verdict.settle, HasSubstr("--iterations"));
      }
    }
  }
}

TEST(Garbage, OfAGoServerThatNeverCollectsIsBoundByTheMachine) {
  auto record = growing(100e3);
  record.server_runtime = {RuntimeKind::go, {"GOGC=off"}};
  const Verdict verdict = leak_of(record);
  EXPECT_EQ(verdict.status, Status::inconclusive);
  EXPECT_THAT(verdict.summary, HasSubstr("24 GiB"));
}

/// A Java server that streams may fill its first heap with garbage while large files move.
TEST(Garbage, IsNoCopyOfTheFileForEachClient) {
  RecordBuilder builder;
  builder.busy_pss_mib = 350;
  auto record = builder.build();
  record.machine.memory_bytes = 24ull << 30;
  const auto peak_of = [&] {
    return find(judge_all(record), "memory.peak");
  };
  EXPECT_EQ(peak_of().status, Status::fail) << peak_of().summary;
  record.server_runtime.kind = RuntimeKind::hotspot;
  EXPECT_EQ(peak_of().status, Status::inconclusive) << peak_of().summary;
  EXPECT_THAT(peak_of().settle, HasSubstr("-Xmx16m"));
  record.server_runtime.options = {"-Xmx64m"};
  EXPECT_EQ(peak_of().status, Status::fail) << peak_of().summary;
}

TEST(Garbage, ThatStaysAtRestIsNoUnboundedCache) {
  auto record = growing(0);
  for (auto& point : record.quiet_points)
    if (point.kind != record::QuietKind::baseline) point.sample.pss_mib = 1500;
  const auto returns = [&] {
    return find(judge_all(record), "memory.returns");
  };
  EXPECT_EQ(returns().status, Status::fail) << returns().summary;
  record.server_runtime.kind = RuntimeKind::hotspot;
  record.machine.memory_bytes = 128ull << 30;
  EXPECT_EQ(returns().status, Status::pass) << returns().summary;
}

TEST(Garbage, IsNotToldByTheCommandsWords) {
  auto record = growing(10e3);
  record.plan.server.argv_template = {"java", "-cp", "build", "Server"};
  EXPECT_EQ(leak_of(record).status, Status::fail);
}

/// A small heap is touched in the first round, and holds the leak as well as it held the garbage.
TEST(Garbage, ALeakOnAHeapThatIsFullIsSeenByWhatSurvives) {
  for (const double growth : {0.0, 1e3}) {  // of PSS
    auto record = growing(growth);
    record.server_runtime = {RuntimeKind::hotspot, {"-Xmx64m"}};
    tell_of_heap(
        record, [](double transfers) { return 2 + transfers * 64 * 1024 / mib; },
        [](std::size_t) { return true; });
    const Verdict verdict = leak_of(record);
    EXPECT_EQ(verdict.status, Status::fail) << verdict.summary;
    EXPECT_THAT(verdict.summary, HasSubstr("about 64 KiB of each transfer"));
    EXPECT_THAT(verdict.happened, HasSubstr("collector"));
    EXPECT_THAT(verdict.confidence, HasSubstr("seen again"));
  }
}

/// Buffers that were in use while the collector ran are old garbage until it looks at old objects.
TEST(Garbage, ThatSurvivedWhileItWasInUseIsNoLeak) {
  for (const double teeth : {1.0, 2.0, 4.0, 7.3, 20.0}) {
    auto record = growing(0);
    record.server_runtime = {RuntimeKind::hotspot, {"-Xmx64m"}};
    const double transfers_a_tooth = transfers_of(record) / teeth;
    std::vector<bool> collected;
    double tooth_before = 0;
    for (const auto& point : record.quiet_points) {
      const double tooth = std::floor(static_cast<double>(point.transfers_before) / transfers_a_tooth);
      collected.push_back(tooth > tooth_before);
      tooth_before = tooth;
    }
    const auto survived_mib = [=](double transfers) {
      return 2 + std::fmod(transfers, transfers_a_tooth) * 64 * 1024 / mib;
    };
    tell_of_heap(record, survived_mib, [&](std::size_t number) { return collected[number]; });
    // A single tooth is a line, of which nobody can say what it is.
    const Status expected = teeth > 1 ? Status::pass : Status::inconclusive;
    EXPECT_EQ(leak_of(record).status, expected) << teeth << leak_of(record).summary;
  }
}

/// Survivors rise, and old objects were looked at once: garbage among them may lie there as well as a leak.
TEST(Garbage, WithoutCollectionsOfTheWholeHeapSurvivorsThatRiseSettleNothing) {
  auto record = growing(0);
  record.server_runtime = {RuntimeKind::hotspot, {"-Xmx64m"}};
  const auto once = [](std::size_t number) {
    return number == 3;
  };
  tell_of_heap(
      record, [](double transfers) { return 2 + transfers * 64 * 1024 / mib; }, once);
  EXPECT_EQ(leak_of(record).status, Status::inconclusive) << leak_of(record).summary;
}

/// The process grows a little beside a small heap (compiled code), on which nothing stays.
TEST(Garbage, SurvivorsThatStayAcquitASmallHeap) {
  auto record = growing(10e3);
  record.server_runtime = {RuntimeKind::hotspot, {"-Xmx16m"}};
  const auto never = [](std::size_t) {
    return false;
  };
  tell_of_heap(
      record, [](double) { return 2.0; }, never);
  EXPECT_EQ(leak_of(record).status, Status::pass) << leak_of(record).summary;
  EXPECT_THAT(leak_of(record).summary, HasSubstr("outside of the heap"));
  record.server_runtime.options = {};
  EXPECT_EQ(leak_of(record).status, Status::inconclusive) << "a leak outside of it could be as large as it";
}

/// A leak of 64 KiB in a short run of a Node server, whose memory at rest goes up and down by as much: levels
/// off by chance.
TEST(Garbage, ALevelThatNothingExplainsIsNotAcquittedByAShortRun) {
  RecordBuilder builder;
  builder.rounds = 4;
  std::size_t reading = 0;
  const std::vector<double> levels_mib = {36, 156, 186, 236, 224, 224};
  builder.pss_mib = [&](std::uint64_t, RecordBuilder::Random&) {
    return levels_mib[std::min(reading++, levels_mib.size() - 1)];
  };
  auto record = builder.build();
  EXPECT_EQ(leak_of(record).status, Status::pass) << "a cache";
  record.server_runtime.kind = RuntimeKind::v8;
  EXPECT_EQ(leak_of(record).status, Status::inconclusive) << leak_of(record).summary;
  EXPECT_THAT(leak_of(record).settle, HasSubstr("standard"));
  for (auto& point : record.quiet_points) *point.sample.pss_mib = 36 + (*point.sample.pss_mib - 36) / 3;
  EXPECT_EQ(leak_of(record).status, Status::pass) << leak_of(record).summary;
}

/// With a first heap of 384 MiB nothing else would tell.
TEST(Garbage, CollectedOnRequestHidesNothing) {
  auto record = growing(10e3);
  record.server_runtime.kind = RuntimeKind::hotspot;
  collect_all(record, [](double) { return 2.0; });
  EXPECT_TRUE(is_collected(record));
  EXPECT_EQ(leak_of(record).status, Status::pass) << leak_of(record).summary;
  EXPECT_THAT(leak_of(record).summary, HasSubstr("outside of the heap"));
  collect_all(record, [](double transfers) { return 2 + transfers * 5 * 1024 / mib; });
  EXPECT_EQ(leak_of(record).status, Status::fail) << leak_of(record).summary;
  EXPECT_THAT(leak_of(record).summary, HasSubstr("about 5 KiB of each transfer"));
  // 128 KiB of growth count, as everywhere, if nobody was in the middle of anything.
  collect_all(record, [&](double transfers) { return 2 + transfers / transfers_of(record) * 0.1; });
  EXPECT_EQ(leak_of(record).status, Status::pass) << leak_of(record).summary;
}

/// More than a virtual machine's own: empty heap that was touched, or a leak outside of it.
TEST(Garbage, CollectedOnRequestStillLeavesEmptyHeapBehind) {
  auto record = growing(0);
  const double transfers = transfers_of(record);
  record = growing(100 * mib / transfers);
  record.server_runtime.kind = RuntimeKind::hotspot;
  collect_all(record, [](double) { return 2.0; });
  EXPECT_EQ(leak_of(record).status, Status::inconclusive) << leak_of(record).summary;
  record = growing(500 * mib / transfers);
  record.server_runtime.kind = RuntimeKind::hotspot;
  collect_all(record, [](double) { return 2.0; });
  EXPECT_EQ(leak_of(record).status, Status::fail) << "of memory outside of the heap";
}

TEST(Garbage, OneReadingWithoutACollectionBeforeItIsNotAllOfThem) {
  auto record = growing(10e3);
  record.server_runtime.kind = RuntimeKind::hotspot;
  collect_all(record, [](double) { return 2.0; });
  record.quiet_points.at(record.quiet_points.size() / 2).sample.collector->just_ran = false;
  EXPECT_FALSE(is_collected(record));
  EXPECT_EQ(leak_of(record).status, Status::inconclusive) << leak_of(record).summary;
}

/// The process grew to what whole files for each client would take, or garbage.
TEST(Garbage, IsToldFromWholeFilesByWhatLivesWhileTheyMove) {
  RecordBuilder builder;
  builder.busy_pss_mib = 350;
  auto record = builder.build();
  record.machine.memory_bytes = 24ull << 30;
  record.server_runtime.kind = RuntimeKind::hotspot;
  const auto peak_of = [&](std::vector<record::HeapInUse> heaps) {
    record.heaps_in_use = std::move(heaps);
    return find(judge_all(record), "memory.peak");
  };
  const auto heap = [](record::Op op, std::uint32_t readings, double most_mib) {
    return record::HeapInUse{.op = op, .readings = readings, .least_mib = 2, .most_mib = most_mib};
  };
  using record::Op;
  ASSERT_EQ(record.plan.ops.size(), 2u);
  const Verdict streams = peak_of({heap(Op::get, 9, 3), heap(Op::put, 9, 12)});
  EXPECT_EQ(streams.status, Status::pass) << streams.summary;
  EXPECT_THAT(streams.summary, HasSubstr("no more than 10 MiB on the heap"));
  EXPECT_EQ(peak_of({heap(Op::get, 9, 3)}).status, Status::inconclusive) << "nobody looked at PUT";
  EXPECT_EQ(peak_of({heap(Op::get, 9, 3), heap(Op::put, 1, 3)}).status, Status::inconclusive);
  const Verdict whole = peak_of({heap(Op::get, 9, 3), heap(Op::put, 1, 258)});
  EXPECT_EQ(whole.status, Status::fail) << whole.summary;
  EXPECT_THAT(whole.summary, HasSubstr("held 256 MiB more"));
  EXPECT_THAT(whole.confidence, HasSubstr("highest of 10 readings"));
}

TEST(Garbage, ACollectorThatDoesNotRunSaysNothing) {
  auto record = growing(10e3);
  record.server_runtime = {RuntimeKind::hotspot, {"-Xmx16m"}};
  for (auto& point : record.quiet_points) point.sample.collector = record::Collector{.runs = 5};
  EXPECT_EQ(heap_of({record, false}, {}).says, HeapSays::nothing);
  EXPECT_EQ(leak_of(record).status, Status::inconclusive) << leak_of(record).summary;
}

}  // namespace
}  // namespace bftp::judge::testing::garbage_test
