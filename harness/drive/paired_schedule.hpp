#pragma once

#include <cstdint>
#include <vector>

#include "fixtures/fixture.hpp"
#include "harness/plan/plan.hpp"

/// How a comparison is cut up. Pure functions.
namespace bftp::drive {

/// One kind of work: it has blocks of its own.
struct PairedWork {
  std::size_t crew = 0;  ///< index into the client counts
  std::uint32_t clients = 1;
  protocol::Op op = protocol::Op::get;
  std::uint32_t fixture = 0;
};

/// Every client count with every operation and fixture.
std::vector<PairedWork> paired_work(const plan::Plan& plan, const std::vector<std::uint32_t>& client_counts,
                                    std::size_t fixtures);

/// What was seen of one kind of work before the first round.
struct PairedCost {
  double iteration_s = 0;            ///< of each client, with the verifying that follows
  double busy_share = 1;             ///< of that time, in which transfers run
  std::uint32_t iterations_max = 1;  ///< that a block may have: the workers' memory, and records in flight
};

/// At most so many copies as fit a worker's arena, and a bounded number of records.
std::uint32_t paired_iterations_max(const plan::Plan& plan, std::uint32_t clients,
                                    std::uint64_t fixture_bytes);

/// What each round holds; shapes: one entry for each kind of work.
struct PairedRounds {
  std::vector<std::uint32_t> pairs;       ///< of blocks in a round; even, so that AB and BA balance
  std::vector<std::uint32_t> iterations;  ///< of each client in one block
  double round_s = 0;                     ///< that a round will take, with its start
};

/// Short blocks, so that what the machine does meets both of a pair; rounds of about a second, and 20 rounds
/// and more in `max_time_s`: the rounds are what a verdict rests on, so they come before many pairs.
/// Transfers of each kind of work run for about as long: one whose blocks are mostly verifying has more of
/// them. `start_s` is what starting and stopping both servers takes.
PairedRounds plan_rounds(const std::vector<PairedCost>& costs, double start_s, double max_time_s);

/// Whose turn it is first in a round's pair, counted within its kind of work. Alternates; which of the two
/// begins a round, and is started first in it, is drawn from the seed. So if the two are the same program,
/// every round is as likely to come out with the sign reversed, whatever the machine does: what the signed
/// rank test assumes.
bool base_goes_first(std::uint64_t seed, std::uint32_t round, std::uint32_t pair);

/// One pair of a round.
struct PairedTurn {
  std::size_t work = 0;
  bool base_first = true;
};

/// A round's pairs in their order: AB and BA of one kind of work beside each other, then BA and AB, since the
/// first block after other work is unlike the rest; the couples of each kind spread evenly over the round, at
/// places drawn from the seed. `pairs` as in `PairedRounds`.
std::vector<PairedTurn> round_order(std::uint64_t seed, std::uint32_t round,
                                    const std::vector<std::uint32_t>& pairs);

/// With --until-conclusive the figures are judged after 12, 24, 48, 96 … rounds: few looks, since each costs
/// certainty.
bool look_after(std::uint32_t rounds);

}  // namespace bftp::drive
