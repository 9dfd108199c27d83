#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "client_under_test/worker/get_transfer.hpp"
#include "client_under_test/worker/put_transfer.hpp"

namespace bftp::client::worker {

/// How files pass over the way to one server. A dialect of one question and one answer on one connection
/// leaves it to the exchange that all of them share; one that needs more, as FTP with its two connections,
/// brings its own (Dialect::own_exchange). Owned by the worker, beside the link that it uses; one thread.
///
/// prepare_*() come before the watch is started; the watch is stopped when get() and put() return. Failures
/// are data in the record.
class Exchange {
 public:
  virtual ~Exchange() = default;

  virtual void prepare_get(std::string_view name) = 0;
  /// True if the copy came to its end, so that it may be compared.
  virtual bool get(const protocol::WorkerFixture& fixture, Intake& intake, Stopwatch& watch,
                   protocol::WorkerRecord& record) = 0;

  virtual void prepare_put(std::string_view name, std::uint64_t size) = 0;
  /// True if the server acknowledged the file.
  virtual bool put(const LocalFile& local, Scratch scratch, Stopwatch& watch,
                   protocol::WorkerRecord& record) = 0;

  /// Removes a stored file. Returns what went wrong, empty if nothing did.
  virtual std::string remove(const std::string& name, Scratch scratch) = 0;

  /// After prepare_get(): plays the client that stops reading; see stall().
  virtual void stall(std::int64_t hold_ns, protocol::WorkerRecord& record) = 0;

  /// Before transfers: gives up a connection that the server has ended meanwhile.
  virtual void drop_if_stale() = 0;
};

/// The dialect's own exchange, or the shared one. `terms` and `link` outlive it.
std::unique_ptr<Exchange> make_exchange(const TransferTerms& terms, Link& link);

}  // namespace bftp::client::worker
