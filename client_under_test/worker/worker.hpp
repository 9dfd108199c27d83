#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "client_under_test/worker/arena.hpp"
#include "client_under_test/worker/evidence.hpp"
#include "client_under_test/worker/exchange.hpp"
#include "client_under_test/worker/external/program_runner.hpp"
#include "client_under_test/worker/get_transfer.hpp"
#include "client_under_test/worker/local_file.hpp"
#include "client_under_test/worker/put_numbers.hpp"
#include "client_under_test/worker/put_transfer.hpp"
#include "client_under_test/worker/stored_file.hpp"
#include "client_under_test/worker/tls_trust.hpp"
#include "client_under_test/worker/verify_copies.hpp"
#include "protocol/worker_channel.hpp"

namespace bftp::client::worker {

/// Takes one record; false if it cannot be delivered, and then the worker stops.
using RecordSink = std::function<bool(const protocol::WorkerRecord&)>;

/// Called when the last transfer of a block with `hold_verification` is over; returns when the copies may be
/// verified, false if that will never be, and then the worker stops.
using VerifyGate = std::function<bool(const protocol::WorkerBlock&)>;

/// One worker: a job's fixtures, memory and connections, and the blocks that it runs. One thread uses it; the
/// threads that hash live inside one call only. Memory is bounded by the job's arena, records_max records and
/// what the fixtures' names take, whatever the server does.
class Worker {
 public:
  static constexpr std::size_t records_max = 8192;  ///< kept at once
  static constexpr std::size_t ways_max = 16;       ///< endpoints remembered at once
  /// Mapped beyond the job's arena_bytes, for answers and alignment: copies of arena_bytes in all, 1000 at
  /// the most, then fit in without a verification between them.
  static constexpr std::uint64_t arena_extra_bytes = 1u << 20;

  /// Maps the memory and the local copies. Errors: invalid_input (unknown dialect; a deadline that is no
  /// positive time; a CA file that holds no certificates), system.
  /// `runner` starts external clients; null: really.
  static protocol::Result<std::unique_ptr<Worker>> prepare(protocol::WorkerJob job,
                                                           std::unique_ptr<ProgramRunner> runner = nullptr);

  /// Runs the block and hands out its records, in order, once it is over and every copy is verified; a block
  /// of more than records_max transfers in portions of that many. Errors: invalid_input (a fixture that is
  /// not in the job, an operation that the dialect lacks, …); closed when the sink or the gate gave up.
  /// `gate` is needed for blocks with `hold_verification` only.
  protocol::Result<void> run(const protocol::WorkerBlock& block, const RecordSink& sink,
                             const VerifyGate& gate = {});

 private:
  struct PendingPut {
    std::size_t record = 0;    ///< index of its record
    std::uint64_t number = 0;  ///< in the name
    std::string name;
    bool replaces = false;  ///< a file of that name was there
  };

  /// To one endpoint. Each has a patience of its own: what one server is waited for says nothing of another.
  struct Way {
    Way(const std::string& host, std::uint16_t port, const TransferTerms& its)
        : terms(its), link(host, port, its.trust), exchange(make_exchange(terms, link)) {}
    Way(const Way&) = delete;
    Way& operator=(const Way&) = delete;
    TransferTerms terms;
    Link link;
    std::unique_ptr<Exchange> exchange;
  };

  Worker(protocol::WorkerJob job, const Dialect& dialect);
  protocol::Result<void> load_trust();
  protocol::Result<void> map_memory();
  void open_local_files();

  // worker.cpp: the block and its transfers.
  protocol::Result<void> check(const protocol::WorkerBlock& block) const;
  void begin(const protocol::WorkerBlock& block);
  Way& way_to(const protocol::WorkerBlock& block);
  const Dialect* dialect_of(const protocol::WorkerBlock& block) const;
  TransferTerms terms_in(const Dialect& dialect) const;
  void transfer(std::uint32_t iteration, std::uint32_t fixture, std::uint64_t number);
  void start(Stopwatch& watch, protocol::WorkerRecord& record, std::uint64_t number) const;
  void stopped(const Stopwatch& watch, protocol::WorkerRecord& record);
  void get(protocol::WorkerRecord& record, std::uint64_t number);
  void keep(Intake& intake, bool whole, std::size_t record);
  void put(protocol::WorkerRecord& record, std::uint64_t number);
  PendingPut pending_put(std::size_t record);
  void external(protocol::WorkerRecord& record, std::uint64_t number);
  void visit(protocol::WorkerRecord& record);
  void ask_exchange_for_refusal(protocol::WorkerRecord& record);
  std::string refused_request(const std::string& host);
  bool plant_older(const protocol::WorkerRecord& record, const std::string& name) const;
  bool has_local(protocol::WorkerRecord& record) const;
  const LocalFile* local(std::size_t fixture) const;
  std::span<std::byte> memory_for(std::uint64_t bytes);

  // worker_verify.cpp: what happens between transfers, unseen by any clock.
  void verify();
  void verify_put(const PendingPut& put);
  protocol::Result<CheckedCopy> read_back(const PendingPut& put, const protocol::WorkerFixture& fixture);
  void remove(const PendingPut& put);
  void note(protocol::WorkerRecord& record, const CheckedCopy& copy);
  void note_replaced(protocol::WorkerRecord& record, const std::optional<CheckedCopy>& stored) const;
  bool deliver(const RecordSink& sink);

  protocol::WorkerJob job_;
  std::unique_ptr<const TlsTrust> trust_;  ///< of a dialect that is encrypted
  const Dialect& dialect_;                 ///< of blocks that name no other
  Arena arena_;                            ///< kept copies; not mapped when none are kept
  Arena scratch_;                          ///< short answers, and copies that are not kept
  std::vector<protocol::Result<LocalFile>> locals_;
  std::vector<std::unique_ptr<Way>> ways_;
  EvidenceShelf evidence_;
  std::unique_ptr<ProgramRunner> runner_;  ///< null in a job without external clients
  PutNumbers put_numbers_;
  std::uint64_t refusals_ = 0;
  std::uint64_t other_verbs_ = 0;   ///< asked so far, so that each has its turn
  std::uint64_t aborted_gets_ = 0;  ///< two of six before they have asked
  std::uint64_t aborted_puts_ = 0;  ///< every second one by RST

  // Of the running block.
  const protocol::WorkerBlock* block_ = nullptr;
  Way* way_ = nullptr;
  Exchange* exchange_ = nullptr;  ///< of the way
  std::optional<protocol::Result<ServerRoot>> root_;
  std::int64_t schedule_ns_ = 0;  ///< when transfer 0 of an open loop is due; moves while the worker verifies
  std::int64_t cpu_mark_ns_ = 0;  ///< this thread's CPU clock at the end of what came before the transfer
  std::vector<protocol::WorkerRecord> records_;
  std::vector<KeptCopy> kept_;
  std::vector<PendingPut> pending_puts_;
  std::size_t arena_used_ = 0;
  std::uint64_t stored_bytes_ = 0;  ///< by the pending PUTs
};

}  // namespace bftp::client::worker
