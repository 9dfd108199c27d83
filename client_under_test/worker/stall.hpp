#pragma once

#include <cstdint>
#include <string_view>

#include "client_under_test/worker/get_transfer.hpp"

namespace bftp::client::worker {

/// Plays the client that stops reading: asks for a file over a connection with the smallest receive buffer,
/// reads at most 1 KiB, then holds still for `hold_ns`, and closes. That the server ends the connection
/// meanwhile is an error of the record, unless the dialect ends its connections by itself.
void stall(const TransferTerms& terms, Link& link, std::string_view request, std::int64_t hold_ns,
           protocol::WorkerRecord& record);

}  // namespace bftp::client::worker
