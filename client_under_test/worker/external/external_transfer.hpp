#pragma once

#include <cstdint>
#include <functional>
#include <string>

#include "client_under_test/worker/copy_checker.hpp"
#include "client_under_test/worker/external/program_runner.hpp"
#include "client_under_test/worker/local_file.hpp"
#include "protocol/external_client.hpp"
#include "protocol/worker_channel.hpp"

namespace bftp::client::worker {

/// One transfer by an external client: a fresh folder, one process in it, and what it left. docs/clients.md
/// says how it is seen from outside.
struct ExternalOrder {
  const protocol::ExternalClient& client;
  std::string host;
  std::uint16_t port = 0;
  std::string remote;            ///< the file's name on the server
  std::int64_t time_ns_max = 0;  ///< its deadline
  bool open_loop = false;        ///< times count from record.start_ns, when it was due; else from its start
};

/// How a transfer by an external client ended.
struct ExternalOutcome {
  bool well = false;          ///< exit status 0; what it wrote or stored is the caller's to verify
  std::int64_t ended_ns = 0;  ///< when the client was over; 0 if it was never started
};

/// What the command becomes. {remote} is percent-encoded (RFC 3986, 2.1) in words that hold "://", since it
/// stands in a URL there. Pure.
std::vector<std::string> external_argv(const ExternalOrder& order, const std::string& local, protocol::Op op);

/// What the client wrote, and how much of it is the fixture. Told for copies of any length.
using NoteCopy = std::function<void(const CheckedCopy&)>;

/// Fetches `fixture` and fills in the record: times from its start (just before fork) to its end, its CPU
/// time and the transferring thread's, how it ended, and the error if it failed. Whatever it wrote under
/// {local} is checked, after a failure too, and told to `note` when the client says that all is well.
/// Everything that it left is counted and removed.
ExternalOutcome external_get(ProgramRunner& runner, const ExternalOrder& order,
                             const protocol::WorkerFixture& fixture, const LocalFile* local,
                             protocol::WorkerRecord& record, const NoteCopy& note);

/// Stores a copy of `local` under order.remote.
ExternalOutcome external_put(ProgramRunner& runner, const ExternalOrder& order,
                             const protocol::WorkerFixture& fixture, const LocalFile& local,
                             protocol::WorkerRecord& record);

}  // namespace bftp::client::worker
