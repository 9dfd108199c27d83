#pragma once

#include <cstdint>
#include <string>

#include "client_under_test/worker/socket.hpp"
#include "protocol/worker_channel.hpp"

namespace bftp::client::worker {

/// Writes into the record how a transfer failed. The first failure stands: what follows from it says less.
void fail(protocol::WorkerRecord& record, protocol::TransferError error, std::string detail);

/// What became of a connection attempt that was not `done`.
void fail_connect(protocol::WorkerRecord& record, const Io& io, const std::string& where,
                  std::int64_t limit_ns);

/// What became of a receive or send that was not `done`. `progress` ends the sentence: "after 5 of 10 bytes".
void fail_io(protocol::WorkerRecord& record, const Io& io, const std::string& progress,
             std::int64_t limit_ns);

}  // namespace bftp::client::worker
