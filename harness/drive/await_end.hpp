#pragma once

#include <chrono>
#include <vector>

#include "harness/drive/timekeeper.hpp"
#include "harness/launch/session.hpp"
#include "harness/record/transfer_record.hpp"

namespace bftp::drive {

/// A crash shows to clients before it shows to us: the kernel closes a dying server's sockets first, and its
/// parent hears of its end some milliseconds later. Where a connection was refused this waits until the
/// server is known to have ended, so that the run says "it crashed" and not "it refuses". What it waits is
/// taken off `patience`, so that a server that lives and refuses costs a run no more than that.
void await_end(const std::vector<record::TransferRecord>& records, launch::ServerHandle& server,
               Timekeeper& time, std::chrono::nanoseconds& patience);

/// What a run may wait in all.
inline constexpr std::chrono::nanoseconds crash_patience = std::chrono::seconds(2);

}  // namespace bftp::drive
