#pragma once

#include <span>
#include <string>
#include <string_view>

#include "client_under_test/worker/get_transfer.hpp"
#include "client_under_test/worker/local_file.hpp"

namespace bftp::client::worker {

/// Where a short answer is read to: at least Dialect::answer_max_bytes.
using Scratch = std::span<std::byte>;

/// One PUT of `local`, announced by `request` (from Dialect::ask_put) and timed to the server's last word.
/// The watch must have been started; it is stopped when this returns. True if the server acknowledged the
/// file.
bool put_transfer(const TransferTerms& terms, Link& link, std::string_view request, const LocalFile& local,
                  Scratch scratch, Stopwatch& watch, protocol::WorkerRecord& record);

/// DELETE of `name`, on the connection that stands or a new one. Returns what went wrong, empty if nothing
/// did.
std::string delete_stored(const TransferTerms& terms, Link& link, const std::string& name, Scratch scratch);

/// The name under which transfer number `counter` of worker `client` stores a fixture:
/// "put-7f3a-c0-17-db.csv", without the tag if that is empty. Unique within a run, and among runs by the tag;
/// free of slashes, at most 255 bytes and still UTF-8 (clause 3.3).
std::string put_name(std::string_view tag, std::uint32_t client, std::uint64_t counter,
                     std::string_view fixture);

}  // namespace bftp::client::worker
