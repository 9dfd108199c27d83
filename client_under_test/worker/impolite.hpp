#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "client_under_test/worker/get_transfer.hpp"
#include "client_under_test/worker/local_file.hpp"

/// The clients that a server meets beside those who take a whole file: one who asks for what is not there,
/// one who asks for a listing, one who leaves in mid-stream, one who connects and says nothing. Every one has
/// a connection of its own, which is closed when the function returns. None is a transfer: the record says
/// how it went, not how fast.
namespace bftp::client::worker {

/// An answer to an impolite client is not waited for longer than this, whatever a transfer may take.
inline constexpr std::int64_t impolite_limit_ns = 5'000'000'000;

/// Sends `request` and waits for the refusal. The record has no error if the server refused, or closed
/// without a byte; malformed_reply if it said yes.
void ask_for_refusal(const TransferTerms& terms, Link& link, std::string_view request,
                     protocol::WorkerRecord& record);

/// Sends a request that moves no whole file, and takes the answer with what follows it, 1 MiB at most. The
/// record has no error if the server answered in order, be it with a refusal.
void ask_for_other(const TransferTerms& terms, Link& link, const OtherVerb& verb,
                   protocol::WorkerRecord& record);

/// Asks for a file over a connection with the smallest receive buffer, reads at most 1 KiB of it, and closes.
/// What is unread makes the kernel send RST. An error only if the server did not begin.
void abort_get(const TransferTerms& terms, Link& link, std::string_view request,
               protocol::WorkerRecord& record);

/// Connects, sends a part of a request, of no byte perhaps, and closes. An error only if it could not
/// connect.
void leave_early(const TransferTerms& terms, Link& link, std::string_view part,
                 protocol::WorkerRecord& record);

/// How a connection is left in mid-stream.
enum class Leave : std::uint8_t { orderly, reset };

/// Announces a file, sends half of it (at most 256 KiB), and closes: the server sees FIN, or RST, which takes
/// another way through a program (an error of recv() in place of its 0). An error only if the server did not
/// take the announcement.
void abort_put(const TransferTerms& terms, Link& link, std::string_view request, const LocalFile& local,
               Leave leave, protocol::WorkerRecord& record);

/// A PUT of which only half will come.
struct HalfPut {
  Link& link;
  std::string request;
  const LocalFile& local;
};

/// What hold_half_open() holds.
struct HalfOpenLinks {
  Link& silent;  ///< nothing is said on it
  Link& half;    ///< half of the request is
  Link& begun;   ///< its first bytes are, fewer than a header has
  Link& deaf;    ///< all of it is, then FIN: what the server sends is not read
};

/// Holds these connections for `hold_ns`; and before them, if there is a `put`, one on which half of that was
/// stored. A server may close any (`detail` says so of the silent one and the one with half a request,
/// without an error), refuse the PUT, or serve one client after the other.
void hold_half_open(const TransferTerms& terms, const HalfOpenLinks& links, std::string_view request,
                    const std::optional<HalfPut>& put, std::int64_t hold_ns, protocol::WorkerRecord& record);

/// A name that no folder has: "no-such-file-c0-17".
std::string missing_name(std::uint32_t client, std::uint64_t counter);

}  // namespace bftp::client::worker
