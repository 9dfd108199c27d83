#pragma once

#include <functional>
#include <memory>
#include <string>

#include "harness/drive/batch_runner.hpp"
#include "harness/launch/session.hpp"
#include "harness/record/run_record.hpp"

namespace bftp::drive {

/// How the reference server is made to misbehave: what `bftpd-specimen --fault` is given for a behaviour,
/// with a file of `size` bytes. Empty for "plain": it behaves. Pure.
std::string fault_for(const std::string& behaviour, std::uint64_t size);

/// The fixture that is asked for: the largest of up to 2 MiB, which takes several segments and little time;
/// else the smallest. It has to have 2 bytes, or half of it is no part of it. None: there is no such fixture.
std::optional<std::uint32_t> fixture_for_trials(const std::vector<fixtures::Fixture>& fixtures);

/// The fixture by which costs are compared: the largest of up to 16 MiB. None: all are larger.
std::optional<std::uint32_t> fixture_for_costs(const std::vector<fixtures::Fixture>& fixtures);

/// Pairs of transfers by which costs are compared.
inline constexpr std::uint32_t cost_pairs = 10;

/// What the trials need of the world. Everything outlives the call.
struct TrialSeams {
  std::vector<std::unique_ptr<launch::WorkerChannel>>& workers;
  /// Our own client among the workers' external ones, to compare with; none: the workers themselves.
  std::optional<std::uint32_t> own_client;
  /// Starts the reference server with a fault; it serves the same root as the server under test.
  std::function<protocol::Result<std::unique_ptr<launch::ServerHandle>>(const std::string& fault)>
      start_server;
  Timekeeper& time;
  const std::atomic<bool>& stop;
  std::function<void(const std::string& behaviour)> progress;  ///< may be empty
  std::int64_t epoch_ns = 0;
};

/// Lets every client make one GET from the reference server, first as it is ("plain") and then in each of the
/// plan's behaviours, one after the other, and writes down what came of it. An external client that gets
/// files is then compared with our own: `cost_pairs` pairs of transfers from the reference server as it is,
/// in alternating order (behaviour "cost"; ours are of the arm `control`). What keeps a behaviour from being
/// tried is written down too. One thread; ends early when `stop` is set.
void run_client_trials(record::RunRecord& record, const TrialSeams& seams);

}  // namespace bftp::drive
