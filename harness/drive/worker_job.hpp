#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "harness/record/run_record.hpp"
#include "protocol/worker_channel.hpp"

namespace bftp::drive {

/// The job that worker `client` gets first.
protocol::WorkerJob make_job(const record::RunRecord& record, std::uint32_t client,
                             const std::string& evidence_folder);

/// Memory for received copies: at least the plan's, and enough for the largest fixture up to 72 MiB, so that
/// the default db.csv is received in one piece; but of all workers together at most a quarter of the
/// machine's memory (0: unknown).
std::uint64_t arena_bytes_for(const plan::Plan& plan, const std::vector<fixtures::Fixture>& fixtures,
                              std::uint64_t memory_bytes = 0);

}  // namespace bftp::drive
