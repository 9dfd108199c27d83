#include "harness/drive/worker_job.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <functional>

namespace bftp::drive {

protocol::WorkerJob make_job(const record::RunRecord& record, std::uint32_t client,
                             const std::string& evidence_folder) {
  const plan::ClientSpec& clients = record.plan.clients;
  protocol::WorkerJob job;
  job.client = client;
  job.dialect = record.plan.server.dialect;
  job.user = record.plan.server.user;
  job.password = record.plan.server.password;
  job.ca_file = record.plan.server.ca_file;
  job.verify = clients.verify;
  job.lasting_connection = clients.lasting_connections;
  job.arena_bytes = clients.arena_bytes;
  job.hash_threads = std::max(1u, record.machine.cores / std::max(1u, clients.count));
  job.transfer_deadline_s = clients.transfer_deadline_s;
  // Two runs that start at once, with the same seed, against one attached server must not share names.
  job.put_tag = fmt::format("{:x}x{:x}", ::getpid(), std::hash<std::string>{}(record.started_utc) & 0xffffff);
  job.evidence_folder = evidence_folder;
  for (const fixtures::Fixture& fixture : record.fixtures)
    job.fixtures.push_back({fixture.name, fixture.size, fixture.sha256, fixture.path});
  return job;
}

std::uint64_t arena_bytes_for(const plan::Plan& plan, const std::vector<fixtures::Fixture>& fixtures,
                              std::uint64_t memory_bytes) {
  constexpr std::uint64_t largest_whole = 72u << 20;
  constexpr std::uint64_t smallest = 1u << 20;
  std::uint64_t bytes = plan.clients.arena_bytes;
  for (const fixtures::Fixture& fixture : fixtures)
    if (fixture.size <= largest_whole) bytes = std::max(bytes, fixture.size);
  if (memory_bytes == 0) return bytes;
  return std::max(smallest, std::min(bytes, memory_bytes / 4 / plan.clients.count));
}

}  // namespace bftp::drive
