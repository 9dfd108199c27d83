#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "client_under_test/worker/chunks.hpp"
#include "client_under_test/worker/dialect.hpp"
#include "client_under_test/worker/excess.hpp"
#include "client_under_test/worker/intake.hpp"
#include "client_under_test/worker/link.hpp"
#include "client_under_test/worker/patience.hpp"
#include "protocol/worker_channel.hpp"

namespace bftp::client::worker {

/// What all transfers of a worker have in common.
struct TransferTerms {
  const Dialect& dialect;
  std::int64_t limit_ns = 0;     ///< for each transfer, and for each silence in it
  int receive_buffer_bytes = 0;  ///< SO_RCVBUF; 0: the kernel's own tuning
  bool lasting = false;          ///< the connection serves further transfers
  std::string user{};            ///< of dialects with a login; empty: anonymous
  std::string password{};
  Patience patience{limit_ns};      ///< the worker tells it of every transfer
  const TlsTrust* trust = nullptr;  ///< of dialects that are encrypted

  /// Until when the next byte of a transfer has to come, of which `moved` bytes have passed. The limit holds
  /// for the whole transfer, and each MiB that passes adds a second: a large file at the least speed that is
  /// right (1 MiB/s) takes longer than any limit for a silence.
  std::int64_t deadline_ns(const Stopwatch& watch, std::uint64_t moved = 0) const {
    const auto mib = static_cast<std::int64_t>(std::min<std::uint64_t>(moved >> 20, mib_counted_max));
    const auto whole = watch.deadline_ns(limit_ns + mib * ns_for_each_mib);
    if (mib == 0 && !patience.is_short()) return whole;
    return std::min(whole, now_ns() + patience.silence_ns());
  }
  static constexpr std::int64_t ns_for_each_mib = 1'000'000'000;
  static constexpr std::uint64_t mib_counted_max = 1u << 30;
  /// What such a wait comes to at the most, for messages.
  std::int64_t wait_max_ns() const { return std::min(limit_ns, patience.silence_ns()); }
};

/// One GET: fills in the record's times, bytes and error, and leaves the copy in the intake. The watch must
/// have been started; it is stopped when this returns. Nothing is allocated in the timed window while all
/// goes well.
///
/// An announced size other than the fixture's is an error, but the stream is received all the same, as far as
/// Excess lets it, so that it can be hashed and shown.
class GetTransfer {
 public:
  GetTransfer(const TransferTerms& terms, Link& link, const protocol::WorkerFixture& fixture, Intake& intake,
              Stopwatch& watch, protocol::WorkerRecord& record)
      : terms_(terms),
        link_(link),
        fixture_(fixture),
        intake_(intake),
        watch_(watch),
        record_(record),
        excess_(fixture.size, terms.patience) {}

  void run(std::string_view request);

  /// The copy came to its announced end (or to its close), so it may be compared.
  bool is_whole() const { return whole_; }

 private:
  bool ask(std::string_view request);
  void receive();
  bool judge_answer(bool ended);
  bool is_complete() const;
  void complete();
  void complete_chunked(std::uint64_t content);
  void end_of_stream(const Io& io);
  void look_behind();
  std::int64_t deadline_ns() const;
  std::string progress() const;
  std::string hint_of_content() const;

  const TransferTerms& terms_;
  Link& link_;
  const protocol::WorkerFixture& fixture_;
  Intake& intake_;
  Stopwatch& watch_;
  protocol::WorkerRecord& record_;
  Answer answer_;
  ChunkDecoder chunks_;
  Excess excess_;
  bool whole_ = false;
};

/// Connects if no connection stands and notes how long that took. False if it failed; the record says why.
bool open_link(const TransferTerms& terms, Link& link, const Stopwatch& watch,
               protocol::WorkerRecord& record);

/// After a transfer, outside its window: closes what has failed or serves one transfer only. On a connection
/// that should be silent now, bytes are an error of the transfer (too_long).
void settle_link(const TransferTerms& terms, Link& link, bool stays_open, protocol::WorkerRecord& record);

}  // namespace bftp::client::worker
