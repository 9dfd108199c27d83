#include "harness/drive/phases/impolite_clients.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cmath>

#include "protocol/dialects.hpp"

namespace bftp::drive {
namespace {

using record::QuietKind;

/// The first half of them is such a path's own warm-up; what goes on at the same pace in the second is none.
constexpr std::uint32_t stretches = 12;
/// So many times as long where memory still grows in the repeats. A server with threads has a heap for as
/// many as have ever overlapped (glibc: up to 8 for each processor), each of which keeps a buffer's worth
/// once it was used: on a busy machine they come up one by one, like a leak, until there are no more.
constexpr std::uint32_t patience_factor = 3;
constexpr double still_grows_mib = 0.125;  // as memory.leak_on_aborts warns of
/// Over all clients. 1 KiB lost in each request makes growth of 360 KiB in the second half.
constexpr double requests_of_stretch = 60;
/// For all stretches together; what the server's slowness makes of it is noted.
constexpr double impolite_s_max = 3.0;

/// One phase: requests of `ops` in turn, over one fixture.
class Exerciser {
 public:
  Exerciser(PhaseTools& tools, QuietKind kind, std::uint32_t fixture, std::vector<protocol::Op> ops)
      : tools_(tools),
        ops_(std::move(ops)),
        clients_(std::max(1u, tools.record.plan.clients.count)),
        fixture_(fixture) {
    exercise_.kind = kind;
    exercise_.arm = tools.arm.arm;
    exercise_.confirmation = tools.confirmation;
  }

  void run() {
    quiet_point(0);
    const double start_s = tools_.now_s();
    // The first pass shows what a request costs. Four of each client: refusals are of up to three kinds in
    // four, and a server may answer the one and hang at the other.
    constexpr std::uint32_t trials = 4;
    if (stretch(trials)) {
      const double spent_s = std::max(1e-4, tools_.now_s() - start_s);
      const double cost_s = spent_s / trials;
      const double affordable = (impolite_s_max - spent_s) / stretches / cost_s;
      const double wanted = std::ceil(requests_of_stretch / clients_ / static_cast<double>(ops_.size()));
      const auto iterations =
          static_cast<std::uint32_t>(std::clamp(std::floor(affordable), 1.0, std::max(1.0, wanted)));
      std::uint32_t last = stretches;
      for (std::uint32_t number = 1; number <= last && !tools_.over(); ++number) {
        if (number > 3 && tools_.now_s() - start_s > 2 * impolite_s_max * last / stretches) {
          if (exercise_.remark.empty()) exercise_.remark = "cut short, since the server is slow";
          break;
        }
        if (!stretch(iterations)) break;
        quiet_point(number);
        if (number == stretches && tools_.confirmation && still_grows()) last = stretches * patience_factor;
      }
      stretches_done_ = last;
    }
    if (!tools_.over()) settle();
    const bool went_wrong = was_given_up_ || exercise_.as_meant * 2 < exercise_.requests;
    if (went_wrong && !tools_.over()) exercise_.serves_after = serves();
    tools_.record.exercises.push_back(exercise_);
  }

 private:
  /// False when going on makes no sense.
  bool stretch(std::uint32_t iterations) {
    for (const protocol::Op op : ops_) {
      const BatchResult result =
          tools_.runner.visit(op, fixture_, iterations, 0, target_of(tools_.arm), [] {});
      std::size_t hung = 0;
      for (const auto& row : result.records) {
        take(row);
        hung += row.error == record::TransferError::deadline ? 1 : 0;
      }
      tools_.note(result);
      if (tools_.over()) return false;
      if (hung == 0) continue;
      // Each would cost a whole deadline, and a framing case says more of it.
      exercise_.remark = fmt::format("given up, since {} of {} ({}) were not answered", hung,
                                     result.records.size(), protocol::to_string(op));
      was_given_up_ = true;
      return false;
    }
    return true;
  }

  /// The smallest that clients have got from the server.
  std::optional<std::uint32_t> served_fixture() const {
    std::optional<std::uint32_t> smallest;
    const auto& fixtures = tools_.record.fixtures;
    for (const auto& [key, count] : tools_.record.transfers.counts()) {
      if (key.arm != tools_.arm.arm || key.op != protocol::Op::get || count.transfers == count.errors)
        continue;
      if (!smallest || fixtures[key.fixture].size < fixtures[*smallest].size) smallest = key.fixture;
    }
    return smallest;
  }

  /// Whether any client gets a file that could be had before, each asking twice with the whole deadline of a
  /// transfer. Unknown where there is none, or the run ends meanwhile.
  std::optional<bool> serves() {
    const auto fixture = served_fixture();
    if (!fixture) return std::nullopt;
    for (int tries = 0; tries < 2; ++tries) {
      const BatchResult result =
          tools_.runner.visit(protocol::Op::get, *fixture, 1, 0, target_of(tools_.arm), [] {});
      tools_.note(result);
      if (std::ranges::any_of(result.records,
                              [](const auto& row) { return row.error == record::TransferError::none; }))
        return true;
      if (tools_.over() || result.records.empty()) return std::nullopt;
    }
    return false;
  }

  /// What has stayed so far is given time to return, and read once more.
  void settle() {
    if (tools_.arm.probe == nullptr || before_.processes.value_or(0) == 0) return;
    const double until_s = tools_.now_s() + tools_.record.plan.settle_s;
    while (tools_.now_s() < until_s && !tools_.over() && holds_more(tools_.read_full()))
      tools_.time.sleep_for(std::chrono::milliseconds(100));
    quiet_point(stretches_done_ + 1);
  }

  /// After the first stretch, where buffers and pools come up.
  bool still_grows() const {
    return first_pss_mib_ && last_pss_mib_ && *last_pss_mib_ - *first_pss_mib_ > still_grows_mib;
  }

  bool holds_more(const record::ResourceSample& now) const {
    const auto more = [](const auto& a, const auto& b) {
      return a && b && *a > *b;
    };
    return more(now.fds, before_.fds) || more(now.threads, before_.threads) ||
           more(now.processes, before_.processes) || more(now.zombies, before_.zombies) ||
           more(now.sockets_close_wait, before_.sockets_close_wait);
  }

  void take(const record::TransferRecord& row) {
    ++exercise_.requests;
    if (row.error == record::TransferError::none && row.identical.value_or(true)) {
      ++exercise_.as_meant;
    } else if (exercise_.remark.empty()) {
      exercise_.remark = row.error == record::TransferError::none
                             ? row.detail
                             : fmt::format("{}: {}", protocol::to_string(row.error), row.detail);
    }
  }

  void quiet_point(std::uint32_t number) {
    tools_.await_quiet();
    if (tools_.arm.probe == nullptr) return;
    record::QuietPoint point;
    point.kind = exercise_.kind;
    point.round = number;
    point.transfers_before = exercise_.requests;
    point.confirmation = tools_.confirmation;
    point.sample = tools_.read_at_rest();
    point.sample.arm = tools_.arm.arm;
    if (number == 0) before_ = point.sample;
    if (number == 1) first_pss_mib_ = point.sample.pss_mib;
    last_pss_mib_ = point.sample.pss_mib;
    tools_.record.quiet_points.push_back(point);
  }

  PhaseTools& tools_;
  std::vector<protocol::Op> ops_;
  std::uint32_t clients_;
  std::uint32_t fixture_;
  record::Exercise exercise_;
  record::ResourceSample before_;
  std::optional<double> first_pss_mib_, last_pss_mib_;  ///< after the first stretch, and by now
  std::uint32_t stretches_done_ = stretches;
  bool was_given_up_ = false;
};

/// The largest up to 64 KiB, so that hundreds of them cost little; else the smallest.
std::uint32_t small_fixture(const record::RunRecord& record) {
  constexpr std::uint64_t small_bytes = 64 << 10;
  const auto& fixtures = record.fixtures;
  std::uint32_t best = 0;
  for (std::uint32_t at = 1; at < fixtures.size(); ++at) {
    const std::uint64_t size = fixtures[at].size, so_far = fixtures[best].size;
    if (so_far > small_bytes ? size < so_far : size > so_far && size <= small_bytes) best = at;
  }
  return best;
}

bool stores(const record::RunRecord& record) {
  const auto& ops = record.plan.ops;
  return std::find(ops.begin(), ops.end(), protocol::Op::put) != ops.end();
}

}  // namespace

void exercise_refusals(PhaseTools& tools) {
  tools.progress("requests that are to be refused");
  Exerciser(tools, QuietKind::refused, largest_fixture(tools.record), {protocol::Op::refused}).run();
}

void exercise_aborts(PhaseTools& tools) {
  tools.progress("transfers that their clients break off");
  const std::uint32_t fixture = largest_fixture(tools.record);
  // Half of an empty file is all of it: nothing of it can be broken off.
  if (tools.record.fixtures.at(fixture).size == 0) return;
  std::vector<protocol::Op> ops;
  if (!tools.given_up(protocol::Op::get, fixture)) ops.push_back(protocol::Op::abort_get);
  if (stores(tools.record) && !tools.given_up(protocol::Op::put, fixture))
    ops.push_back(protocol::Op::abort_put);
  if (ops.empty()) return;
  Exerciser(tools, QuietKind::aborted, fixture, std::move(ops)).run();
  if (tools.record.plan.idle_s <= 0 || tools.over()) return;
  tools.record.watches.push_back(watch_cpu(tools, record::WatchKind::aborted, tools.record.plan.idle_s));
}

void exercise_replacements(PhaseTools& tools) {
  const auto* facts = protocol::find_dialect_facts(tools.record.plan.server.dialect);
  const bool replaces = facts != nullptr && facts->put_replaces;
  const std::uint32_t fixture = small_fixture(tools.record);
  if (!replaces || !stores(tools.record) || tools.arm.server_root.empty() ||
      tools.given_up(protocol::Op::put, fixture))
    return;
  tools.progress("files that are stored over older ones");
  Exerciser(tools, QuietKind::replaced, fixture, {protocol::Op::replace_put}).run();
}

void exercise_other_verbs(PhaseTools& tools) {
  const auto* facts = protocol::find_dialect_facts(tools.record.plan.server.dialect);
  if (facts == nullptr || !facts->other_verbs) return;
  tools.progress("listings, sizes, ranges and hashes");
  Exerciser(tools, QuietKind::others, small_fixture(tools.record), {protocol::Op::other_verb}).run();
}

void watch_half_open(PhaseTools& tools) {
  if (tools.record.plan.stall_s <= 0) return;
  tools.progress("clients that say nothing, or half a request");
  watch_while_held(tools, {.kind = record::WatchKind::half_open,
                           .op = protocol::Op::half_open,
                           .lead_s = 0.3,
                           .watch_s = tools.record.plan.stall_s,
                           .tail_s = 0.3});
}

}  // namespace bftp::drive
