#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "protocol/external_client.hpp"
#include "protocol/result.hpp"
#include "protocol/sha256.hpp"

/// What the harness and a worker say to each other over the worker's standard input and output; see
/// docs/worker.md.
///
/// Standard input: one line with a job, then one line for each block, then the end of the file. Standard
/// output: one line for each transfer, in order, nothing else. A worker writes a block's lines after the
/// block's last transfer, when it has verified every copy. All lines are JSON. The number of lines that a
/// block yields is known to both sides (`iterations × fixtures.size()`). A block with `hold_verification`
/// adds one exchange: the worker says that its last transfer is over (WorkerSignal::transferred) and hashes
/// nothing until it is told to (WorkerSignal::verify), so that no worker's hashing takes the processor from
/// another's transfer.
namespace bftp::protocol {

enum class Op : std::uint8_t {
  get,    ///< fetch a fixture
  put,    ///< store a fixture under a fresh name, verify it, delete it
  stall,  ///< ask for a fixture, read a little, then stop reading for `hold_s`; not a transfer, makes no CSV
          ///< row
  refused,    ///< ask for what must be refused: a name that is not there, in turn with what else the dialect
              ///< knows to be refused; not a transfer, as all below
  abort_get,  ///< ask for a fixture, read a little of its content, and close; now and then close before a
              ///< byte was sent, or after half the request
  abort_put,  ///< announce a fixture under a fresh name, send half of it (256 KiB at most), and close
  half_open,  ///< one connection that is silent, one with half a request, one with a request whose answer is
              ///< not read and which the client has half closed and, with `may_store`, one with half a PUT,
              ///< held for `hold_s`
  replace_put,  ///< as put, over an older file of its name; needs `server_root`
  other_verb,   ///< ask for something that moves no whole file: a listing, a size, a hash, a range, in turn
};
/// Whether an operation moves a whole file: these alone make rows in transfers.csv.
constexpr bool is_transfer(Op op) {
  return op == Op::get || op == Op::put;
}

enum class Verify : std::uint8_t {
  sha256,  ///< keep each copy, hash it between the blocks
  bytes,   ///< compare with the fixture as it arrives, hash only what differs
  none,    ///< count bytes only: for benchmarks of the harness itself, never for a verdict
};

/// How a transfer ended. Stable words in transfers.csv.
enum class TransferError : std::uint8_t {
  none,
  connect_failed,   ///< refused, unreachable, or no answer to SYN within the deadline
  deadline,         ///< the transfer ran into its deadline
  reset,            ///< RST, broken pipe
  closed_early,     ///< FIN before the last byte
  refused,          ///< ERR where OK was due
  malformed_reply,  ///< bytes that the dialect does not allow
  wrong_size,       ///< announced another size than the fixture has (copies are compared only when whole)
  too_long,         ///< more bytes than announced
  verify_failed,    ///< a PUT was acknowledged, but reading it back failed
  local,          ///< the worker's own machine failed (disk, memory): the harness is to blame, not the server
  worker_died,    ///< filled in by the orchestrator
  client_failed,  ///< an external client ended with another exit status than 0, or by a signal
  missing_file,   ///< an external client ended with exit status 0 and left no file
};

struct WorkerFixture {
  std::string name;        ///< as asked from the server (may hold spaces and UTF-8)
  std::uint64_t size = 0;  ///< bytes
  Digest sha256{};
  std::string
      local_path;  ///< of the worker's own copy: the source of PUT, and what Verify::bytes compares with
};

struct WorkerJob {
  std::uint32_t client = 0;  ///< this worker's number, from 0
  std::string dialect = "bftp";
  Verify verify = Verify::sha256;
  bool lasting_connection = false;  ///< one connection for all transfers to one endpoint, else one for each
  std::uint64_t arena_bytes = 32u << 20;  ///< memory for received copies between two verifications
  std::uint32_t hash_threads = 1;
  double transfer_deadline_s = 30;  ///< for each transfer, from its start
  std::string user;                 ///< of dialects with a login; empty: anonymous
  std::string password;
  std::string ca_file;  ///< of encrypted dialects: PEM, whom to trust; empty: the system's authorities
  /// SO_RCVBUF; 0: the kernel's own tuning. Measured best, see docs/performance.md.
  int receive_buffer_bytes = 512 * 1024;
  /// Part of every name that a PUT stores under, so that two runs against one server do not meet. Letters and
  /// digits; may be empty.
  std::string put_tag;
  std::string evidence_folder;     ///< where to save windows around differences; empty: nowhere
  std::uint32_t evidence_max = 4;  ///< differences saved by one worker at the most
  std::vector<WorkerFixture> fixtures;
  std::vector<ExternalClient> external_clients;  ///< what WorkerBlock::external_client counts into
};

/// `iterations` times over `fixtures`, in that order, one `op` each. With `start_interval_s`, transfer k
/// (from 0) of the block is due at block start + start_offset_s + k × interval (open loop); its times count
/// from then.
struct WorkerBlock {
  std::uint32_t block = 0;
  std::string host = "127.0.0.1";
  std::uint16_t port = 0;
  std::string dialect;  ///< of this endpoint, where it is not the job's; empty: the job's
  /// Which of several servers it is, for the names of evidence, of which each has its own share: "control",
  /// lower case and underscores. Empty: the only one.
  std::string label;
  Op op = Op::get;
  std::vector<std::uint32_t> fixtures;  ///< indices into the job's fixtures
  std::uint32_t first_iteration = 0;
  std::uint32_t iterations = 1;
  std::optional<double> start_interval_s;
  double start_offset_s = 0;  ///< open loop: this worker's phase, so that workers do not all start at once
  bool hold_verification = false;  ///< say WorkerSignal::transferred, await WorkerSignal::verify, then hash
  double hold_s = 0;               ///< Op::stall, Op::half_open
  bool may_store = false;          ///< Op::half_open: a PUT may be begun, where the dialect has one
  std::string server_root;  ///< PUT: verify by reading here and remove it there; empty: by GET and DELETE
  /// GET and PUT: by this one of the job's external clients, a process for each transfer. None: the worker
  /// itself.
  std::optional<std::uint32_t> external_client;
};

/// One transfer. Times are nanoseconds of the worker's CLOCK_MONOTONIC, or durations in ns.
struct WorkerRecord {
  std::uint32_t iteration = 0;
  Op op = Op::get;
  std::uint32_t fixture = 0;
  std::uint64_t bytes = 0;    ///< of the file's content that passed
  std::int64_t start_ns = 0;  ///< intended start in an open loop, else actual start, before connect
  std::optional<std::int64_t> connect_ns;     ///< duration; none on a lasting connection that stood
  std::optional<std::int64_t> first_byte_ns;  ///< from start_ns to the reply's first byte
  std::optional<std::int64_t> transfer_ns;    ///< from start_ns to the last byte (GET) or the final OK (PUT)
  std::int64_t cpu_ns = 0;                    ///< the worker's own CPU time in the timed window
  std::optional<Digest> sha256;               ///< of the copy as received or as stored
  std::optional<bool> identical;              ///< none when there was no whole copy to compare
  std::optional<std::uint64_t> first_difference;  ///< offset of the first differing byte
  TransferError error = TransferError::none;
  std::string detail;                   ///< one sentence, at most 300 bytes, empty when all is well
  std::string evidence;                 ///< file name in the evidence folder, empty if none
  std::optional<ClientEnd> client_end;  ///< of an external client
};

/// What both sides say in a block with `hold_verification`.
struct WorkerSignal {
  enum class Kind : std::uint8_t {
    transferred,  ///< worker to harness: the block's last transfer is over
    verify,       ///< harness to worker: go on
  };
  Kind kind = Kind::transferred;
  std::uint32_t block = 0;
  friend bool operator==(const WorkerSignal&, const WorkerSignal&) = default;
};

std::string encode(const WorkerJob& job);  ///< one line, no line end
std::string encode(const WorkerBlock& block);
std::string encode(const WorkerRecord& record);
std::string encode(const WorkerSignal& signal);
/// Errors: malformed, with what is wrong and where.
Result<WorkerJob> parse_worker_job(std::string_view line);
Result<WorkerBlock> parse_worker_block(std::string_view line);
Result<WorkerRecord> parse_worker_record(std::string_view line);
Result<WorkerSignal> parse_worker_signal(std::string_view line);

const char* to_string(Op op);
const char* to_string(Verify verify);
const char* to_string(TransferError error);
std::optional<Op> op_from(std::string_view word);
std::optional<Verify> verify_from(std::string_view word);
std::optional<TransferError> transfer_error_from(std::string_view word);

}  // namespace bftp::protocol
