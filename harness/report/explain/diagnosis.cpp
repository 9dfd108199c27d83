#include "harness/report/explain/diagnosis.hpp"

#include <algorithm>
#include <array>
#include <csignal>
#include <map>
#include <string>
#include <utility>

#include "harness/report/overview.hpp"
#include "protocol/copy_words.hpp"

namespace bftp::report {
namespace {

using judge::Status;
using judge::Verdict;
using record::Op;
using record::TransferError;
using record::TransferRecord;

bool of_the_server(const TransferRecord& row) {
  return row.arm == record::Arm::server && row.error != TransferError::local &&
         row.error != TransferError::worker_died;
}

bool ends_with_close(std::string_view dialect) {
  return dialect == "nul" || dialect == "raw" || dialect == "line" || dialect == "fixed";
}

std::uint64_t size_of(const record::RunRecord& record, const TransferRecord& row) {
  return row.fixture < record.fixtures.size() ? record.fixtures[row.fixture].size : 0;
}

/// Whether all failures like `example` stopped after the same number of bytes, of files of several sizes or
/// several times: a buffer's size, then.
bool always_the_same_length(const record::RunRecord& record, const TransferRecord& example) {
  std::size_t alike = 0;
  for (const TransferRecord& row : record.transfers.failures()) {
    if (!of_the_server(row) || row.error != example.error || row.op != example.op) continue;
    if (row.bytes != example.bytes) return false;
    ++alike;
  }
  return alike > 1;
}

/// Whether what is missing is each time the piece behind the last full buffer, in files of several sizes.
bool drops_the_last_piece(const record::RunRecord& record, const TransferRecord& example) {
  constexpr std::uint64_t buffer_min = 512;
  constexpr std::uint64_t buffer_max = 1u << 20;
  const auto fits = [&](std::uint64_t buffer) {
    bool other_file = false;
    for (const TransferRecord& row : record.transfers.failures()) {
      if (!of_the_server(row) || row.error != example.error || row.op != example.op) continue;
      const std::uint64_t size = size_of(record, row);
      if (size <= row.bytes || row.bytes != size / buffer * buffer) return false;
      other_file = other_file || (row.bytes > 0 && row.bytes != example.bytes);
    }
    return other_file;
  };
  for (std::uint64_t buffer = buffer_min; buffer <= buffer_max; buffer *= 2)
    if (fits(buffer)) return true;
  return false;
}

/// Whether files of several sizes were all announced with the size of `example`: a buffer's, then.
bool one_size_for_all(const record::RunRecord& record, const TransferRecord& example) {
  bool other_file = false;
  for (const TransferRecord& row : record.transfers.failures()) {
    if (!of_the_server(row) || row.error != example.error || row.op != example.op) continue;
    if (row.bytes != example.bytes || row.bytes >= size_of(record, row)) return false;
    other_file = other_file || size_of(record, row) != size_of(record, example);
  }
  return other_file;
}

/// Whether every transfer of this file and direction came out wrong, and not only some.
bool always_different(const record::RunRecord& record, const TransferRecord& example) {
  const auto found = record.transfers.counts().find({record::Arm::server, example.op, example.fixture});
  return found != record.transfers.counts().end() && found->second.different == found->second.transfers;
}

/// Whether the copies of this file that came out wrong all differ from the same byte on: what is done to the
/// bytes depends on the bytes, then, and not on who else was served at that moment.
bool different_in_one_place(const record::RunRecord& record, const TransferRecord& example) {
  const auto& rows = record.transfers.failures();
  return std::none_of(rows.begin(), rows.end(), [&](const TransferRecord& row) {
    return of_the_server(row) && row.error == TransferError::none && row.op == example.op &&
           row.fixture == example.fixture && row.first_difference != example.first_difference;
  });
}

/// Whether the bytes that came were wrong before the transfer broke off or the file was over, and at the same
/// place each time: then its length is not what is wrong with it.
bool changed_on_the_way(const record::RunRecord& record, const TransferRecord& example) {
  const std::uint64_t end = std::min(example.bytes, size_of(record, example));
  if (!example.first_difference || *example.first_difference >= end) return false;
  std::size_t alike = 0;
  for (const TransferRecord& row : record.transfers.failures()) {
    if (!of_the_server(row) || row.op != example.op || row.fixture != example.fixture) continue;
    if (row.first_difference && row.first_difference != example.first_difference) return false;
    if (row.first_difference) ++alike;
  }
  return alike > 1;
}

/// Whether copies came out wrong that are no mere beginnings: somebody wrote into what was being sent.
bool some_copies_were_overwritten(const record::RunRecord& record) {
  const auto& rows = record.transfers.failures();
  return std::any_of(rows.begin(), rows.end(), [&](const TransferRecord& row) {
    return of_the_server(row) && row.error == TransferError::none && !row.identical.value_or(true) &&
           !row.detail.starts_with(protocol::copy_ends_early);
  });
}

Mistake of_a_deadline(const record::RunRecord& record, const TransferRecord& row) {
  if (row.first_byte_ms && row.bytes < size_of(record, row)) return Mistake::loses_the_tail;
  if (row.first_byte_ms && ends_with_close(record.plan.server.dialect)) return Mistake::does_not_close;
  const bool first_was_served =
      std::any_of(record.transfers.points().begin(), record.transfers.points().end(), [](const auto& point) {
        return point.arm == record::Arm::server && point.error == TransferError::none;
      });
  if (record.plan.clients.count > 1 && first_was_served) return Mistake::one_client_at_a_time;
  return Mistake::silent;
}

bool mentions(std::string_view text, std::initializer_list<std::string_view> words) {
  return std::any_of(words.begin(), words.end(),
                     [&](std::string_view word) { return text.find(word) != std::string_view::npos; });
}

Mistake of_a_transfer(const record::RunRecord& record, const TransferRecord& row) {
  if (row.client_end)
    return Mistake::none;  // an external client's: the server's mistakes are not known by it
  if (row.op == Op::get && row.error != TransferError::none && changed_on_the_way(record, row))
    return Mistake::text_mode;
  switch (row.error) {
    case TransferError::connect_failed:
      return Mistake::stops_accepting;
    case TransferError::deadline:
      return of_a_deadline(record, row);
    case TransferError::reset:
      return row.bytes == 0 && !row.first_byte_ms ? Mistake::hangs_up_at_once : Mistake::unread_when_closing;
    case TransferError::closed_early:
      if (mentions(row.detail, {"without the last chunk"})) return Mistake::no_last_chunk;
      if (row.op == Op::put && row.bytes > 0) return Mistake::receives_once;
      if (drops_the_last_piece(record, row)) return Mistake::loses_the_tail;
      if (row.bytes > 0) return Mistake::sends_once;
      return row.first_byte_ms && !ends_with_close(record.plan.server.dialect) ? Mistake::sends_once
                                                                               : Mistake::hangs_up_at_once;
    case TransferError::refused:
      return Mistake::refuses;
    case TransferError::malformed_reply:
      if (mentions(row.detail, {"looks like the dialect"})) return Mistake::other_dialect;
      if (record.plan.server.dialect == "ftp" || record.plan.server.dialect.starts_with("http"))
        return Mistake::none;  // their replies have no header of eight digits
      return row.op == Op::put ? Mistake::receives_once : Mistake::malformed_reply;
    case TransferError::wrong_size:
      if (row.op == Op::put) return Mistake::receives_once;
      return one_size_for_all(record, row) ? Mistake::sends_once : Mistake::size_in_characters;
    case TransferError::too_long:
      return Mistake::sends_too_much;
    case TransferError::verify_failed:
      return Mistake::put_not_in_place;
    case TransferError::none:
      if (row.detail.starts_with(protocol::copy_ends_early)) return Mistake::receives_once;
      if (row.op == Op::put && always_different(record, row)) return Mistake::receives_once;
      return always_different(record, row) && different_in_one_place(record, row) ? Mistake::text_mode
                                                                                  : Mistake::shared_state;
    case TransferError::local:
    case TransferError::worker_died:
    case TransferError::client_failed:
    case TransferError::missing_file:
      break;
  }
  return Mistake::none;
}

Mistake of_the_end(const record::RunRecord& record) {
  const std::uint64_t served = record.transfers.total(record::Arm::server).identical;  // others found nobody
  for (const auto& end : record.server_ends) {
    if (end.arm != record::Arm::server || !end.by_itself) continue;
    if (end.signal == SIGPIPE) return Mistake::writes_to_closed;
    if (end.signal && some_copies_were_overwritten(record)) return Mistake::shared_state;
    if (!end.signal && end.exit_code == 0 && served <= record.plan.clients.count) return Mistake::serves_once;
  }
  return Mistake::client_ends_server;
}

constexpr std::array<std::pair<std::string_view, Mistake>, 16> by_check{{
    {"handles.descriptors", Mistake::keeps_descriptors},
    {"handles.close_wait", Mistake::keeps_descriptors},
    {"handles.zombies", Mistake::keeps_zombies},
    {"handles.processes", Mistake::keeps_zombies},
    {"handles.threads", Mistake::keeps_threads},
    {"memory.leak", Mistake::keeps_memory},
    {"memory.returns", Mistake::keeps_memory},
    {"cpu.idle", Mistake::spins},
    {"cpu.stalled", Mistake::spins},
    {"uniformity.stalls", Mistake::two_small_writes},
    {"lifecycle.stops", Mistake::ignores_sigterm},
    {"lifecycle.serves_once", Mistake::serves_once},
    {"concurrency.silent_client", Mistake::one_client_at_a_time},
    {"concurrency.stalled_reader", Mistake::one_client_at_a_time},
    {"hostile.parent_folder", Mistake::leaves_its_folder},
    {"hostile.symbolic_link", Mistake::leaves_its_folder},
}};

}  // namespace

namespace {

/// Transfers that failed by more than a connection that ended, so not because the server was gone.
bool failed_while_up(const record::RunRecord& record) {
  const auto& rows = record.transfers.failures();
  return std::any_of(rows.begin(), rows.end(), [](const TransferRecord& row) {
    return of_the_server(row) && row.error != TransferError::connect_failed &&
           row.error != TransferError::reset && row.error != TransferError::closed_early &&
           row.error != TransferError::deadline;
  });
}

}  // namespace

const Verdict* first_failure(const RunReport& report) {
  std::array<std::string_view, 3> order{"lifecycle.stays_up", "identity.errors", "identity.copies"};
  // What went wrong while it was up came first.
  if (failed_while_up(report.record)) std::rotate(order.begin(), order.begin() + 1, order.end());
  for (const std::string_view id : order)
    for (const Verdict& verdict : report.verdicts)
      if (verdict.id == id && verdict.status == Status::fail) return &verdict;
  const auto sorted = by_urgency(report.verdicts);
  return !sorted.empty() && sorted.front()->status == Status::fail ? sorted.front() : nullptr;
}

const TransferRecord* example_of(const record::RunRecord& record, const Verdict& verdict) {
  const bool copies = verdict.id == "identity.copies";
  if (!copies && verdict.id != "identity.errors" && verdict.id != "lifecycle.stays_up") return nullptr;
  const auto counts = [&](const TransferRecord& row) {
    return of_the_server(row) && (row.error == TransferError::none) == copies;
  };
  std::map<TransferError, std::size_t> kinds;
  for (const TransferRecord& row : record.transfers.failures())
    if (counts(row)) ++kinds[row.error];
  const TransferRecord* first = nullptr;
  for (const TransferRecord& row : record.transfers.failures()) {
    if (!counts(row)) continue;
    const std::size_t kept = first == nullptr ? 0 : kinds[first->error];
    if (kinds[row.error] > kept || (kinds[row.error] == kept && row.start_s < first->start_s)) first = &row;
  }
  return first;
}

Mistake mistake_of(const record::RunRecord& record, const Verdict& verdict) {
  if (verdict.id == "lifecycle.stays_up") return of_the_end(record);
  if (const TransferRecord* row = example_of(record, verdict)) {
    const Mistake mistake = of_a_transfer(record, *row);
    // A part that is always the same is what one call moves, whatever the error is called.
    const bool stuck = mistake == Mistake::loses_the_tail && always_the_same_length(record, *row);
    return stuck ? Mistake::sends_once : mistake;
  }
  for (const auto& [id, mistake] : by_check)
    if (verdict.id == id) return mistake;
  return Mistake::none;
}

Mistake mistake_at_start(std::string_view message) {
  if (mentions(message, {"does not answer in the dialect"})) return Mistake::other_dialect;
  if (mentions(message, {"ModuleNotFoundError", "ImportError", "error while loading shared libraries",
                         "ClassNotFoundException", "NoClassDefFoundError"}))
    return Mistake::missing_module;
  if (mentions(message, {"SyntaxError", "IndentationError", "TabError", "error: compilation failed"}))
    return Mistake::does_not_compile;
  if (mentions(message, {"in use", "EADDRINUSE", "BindException", "another process"}))
    return Mistake::port_in_use;
  if (mentions(message, {"listens on several ports", "not on "})) return Mistake::port_not_taken;
  if (mentions(message, {"does not take connections"})) return Mistake::wrong_address;
  if (mentions(message, {"has not listened"})) return Mistake::never_listens;
  if (mentions(message,
               {"can't open file", "no such file", "No such file", "not found", "Permission denied",
                "not executable", "Could not find or load main class", "there is no", "is not there"}))
    return Mistake::program_not_found;
  if (mentions(message, {"ended with exit status 0"})) return Mistake::ends_at_once;
  if (mentions(message, {"usage:", "Usage:", "unrecognized", "list index out of range", "IndexError",
                         "ArrayIndexOutOfBounds", "invalid literal for int", "NumberFormatException"}))
    return Mistake::wrong_arguments;
  return Mistake::error_at_start;
}

}  // namespace bftp::report
