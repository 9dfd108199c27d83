#include "harness/report/explain/diagnosis.hpp"

#include <algorithm>
#include <array>
#include <csignal>
#include <map>
#include <string>
#include <string_view>
#include <tuple>
#include <utility>

#include "harness/record/last_words.hpp"
#include "harness/record/other_fixture.hpp"
#include "harness/report/explain/seen.hpp"
#include "harness/report/overview.hpp"
#include "protocol/copy_words.hpp"

namespace bftp::report {
namespace {

using judge::Status;
using judge::Verdict;
using record::Op;
using record::TransferError;
using record::TransferRecord;

/// Bytes. A piece that is shorter than a beginner's buffer is shorter than this: what is missing beyond it
/// was not kept back, it was never taken by send().
constexpr std::uint64_t last_piece_max = 1u << 20;

Mistake of_a_deadline(const record::RunRecord& record, const TransferRecord& row) {
  if (const std::uint64_t size = size_of(record, row); row.first_byte_ms && row.bytes < size)
    return size - row.bytes > last_piece_max ? Mistake::sends_once : Mistake::loses_the_tail;
  if (row.first_byte_ms && ends_with_close(record.plan.server.dialect)) return Mistake::does_not_close;
  if (computes_for_this_file(record, row)) return Mistake::takes_too_long;
  const bool others = record.plan.clients.count > 1 && others_were_served_meanwhile(record, row);
  return others ? Mistake::one_client_at_a_time : Mistake::silent;
}

bool mentions(std::string_view text, std::initializer_list<std::string_view> words) {
  return std::any_of(words.begin(), words.end(),
                     [&](std::string_view word) { return text.find(word) != std::string_view::npos; });
}

Mistake of_a_refusal(const record::RunRecord& record, const TransferRecord& row) {
  // The server's own trouble in the middle of a PUT is none of the name; nor is a server that takes no files.
  if (row.op == Op::put && mentions(row.detail, {"ERR 5", "ERR 413", "ERR 405", "ERR 403"}))
    return Mistake::none;
  const std::string_view dialect = record.plan.server.dialect;
  if (ends_with_close(dialect)) return Mistake::hangs_up_at_once;
  if (only_empty_files_are_refused(record)) return Mistake::refuses_empty;
  if (dialect.starts_with("http")) return Mistake::refuses_in_http;
  return dialect == "bftp" || dialect == "ftp" ? Mistake::refuses : Mistake::refuses_a_name;
}

/// What the content of a GET says by itself, whatever the transfer's end is called.
Mistake of_the_content(const record::RunRecord& record, const TransferRecord& row) {
  if (row.op != Op::get) return Mistake::none;
  if (stops_at_nul_bytes(record)) return Mistake::stops_at_nul;
  if (record::other_fixture_sent(record, row) && other_files_came(record))
    return sometimes_right(record, row) ? Mistake::shared_state : Mistake::sends_another_file;
  if (row.error != TransferError::none && changed_on_the_way(record, row)) return Mistake::text_mode;
  return Mistake::none;
}

Mistake of_a_malformed_reply(const record::RunRecord& record, const TransferRecord& row) {
  if (mentions(row.detail, {"looks like the dialect"})) return Mistake::other_dialect;
  if (mentions(row.detail, {protocol::larger_than_any_file})) return Mistake::none;
  const std::string_view dialect = record.plan.server.dialect;
  if (dialect == "ftp" || dialect.starts_with("http"))
    return Mistake::none;  // their replies have no header of eight digits
  if (has_another_header(row)) return Mistake::other_header;
  // Only a server that knows how to build a reply is out of step when one is none.
  const bool out_of_step = row.op == Op::put && (row.bytes > 0 || well_formed_replies_came(record));
  return out_of_step ? Mistake::receives_once : Mistake::malformed_reply;
}

Mistake of_a_transfer(const record::RunRecord& record, const TransferRecord& row) {
  if (row.client_end)
    return Mistake::none;  // an external client's: the server's mistakes are not known by it
  if (const Mistake mistake = of_the_content(record, row); mistake != Mistake::none) return mistake;
  switch (row.error) {
    case TransferError::connect_failed:
      return Mistake::stops_accepting;  // of one that did not end by itself
    case TransferError::deadline:
      return of_a_deadline(record, row);
    case TransferError::reset:
      return content_came_before_a_reset(record) ? Mistake::unread_when_closing : Mistake::hangs_up_at_once;
    case TransferError::closed_early:
      if (mentions(row.detail, {"without the last chunk"})) return Mistake::no_last_chunk;
      if (row.op == Op::put && row.bytes > 0) return Mistake::receives_once;
      if (drops_the_last_piece(record, row)) return Mistake::loses_the_tail;
      if (row.bytes > 0) return Mistake::sends_once;
      return row.first_byte_ms && !ends_with_close(record.plan.server.dialect) ? Mistake::sends_once
                                                                               : Mistake::hangs_up_at_once;
    case TransferError::refused:
      return of_a_refusal(record, row);
    case TransferError::malformed_reply:
      return of_a_malformed_reply(record, row);
    case TransferError::wrong_size:
      if (row.op == Op::put) return Mistake::receives_once;
      if (announces_more_than_any_file(row)) return Mistake::size_beyond_any_file;
      if (sometimes_right(record, row)) return Mistake::shared_state;  // a wrong count is always wrong
      return one_size_for_all(record, row) ? Mistake::sends_once : Mistake::size_in_characters;
    case TransferError::too_long:
      return Mistake::sends_too_much;
    case TransferError::verify_failed:
      return Mistake::put_not_in_place;
    case TransferError::none:
      if (row.op == Op::put && only_replacing_fails(record)) return Mistake::does_not_replace;
      if (row.detail.starts_with(protocol::copy_ends_early)) return Mistake::receives_once;
      if (row.op == Op::put && always_different(record, row)) return Mistake::receives_once;
      if (always_different(record, row) && different_in_one_place(record, row))
        return is_at_a_border(row) ? Mistake::none : Mistake::text_mode;  // the check speaks of borders
      // One client alone meets nobody else's bytes.
      return record.plan.clients.count > 1 ? Mistake::shared_state : Mistake::none;
    case TransferError::local:
    case TransferError::worker_died:
    case TransferError::client_failed:
    case TransferError::missing_file:
      break;
  }
  return Mistake::none;
}

Mistake of_excess(const record::Excess& excess) {
  return excess.of == record::Bounded::memory ? Mistake::runs_out_of_memory : Mistake::none;
}

Mistake of_the_end(const record::RunRecord& record) {
  const std::uint64_t served = record.transfers.total(record::Arm::server).identical;  // others found nobody
  const record::ServerEnd* end = own_end(record);
  // One that runs and serves nobody is in the check's own words.
  if (end == nullptr)
    return record.state == record::RunState::server_died ? Mistake::client_ends_server : Mistake::none;
  if (end->guard_lost) return Mistake::kills_its_parent;
  if (end->excess) return of_excess(*end->excess);
  if (end->signal == SIGPIPE) return Mistake::writes_to_closed;
  if (record::tells_of_memory(end->last_lines)) return Mistake::runs_out_of_memory;
  if (end->signal && some_copies_were_overwritten(record)) return Mistake::shared_state;
  if (!end->signal && end->exit_code == 0 && served <= record.plan.clients.count) return Mistake::serves_once;
  return Mistake::client_ends_server;
}

/// Other lengths than the delayed ACK's (36 to 56 ms) are left to the judge's words.
Mistake of_stalls(const Verdict& verdict) {
  constexpr double stall_min_ms = 30, low_ms = 36, high_ms = 56;
  std::ptrdiff_t stalls = 0, acks = 0;
  for (const judge::Series& series : verdict.series) {
    stalls += std::ranges::count_if(series.y, [](double ms) { return ms >= stall_min_ms; });
    acks += std::ranges::count_if(series.y, [](double ms) { return ms >= low_ms && ms <= high_ms; });
  }
  return acks * 2 > stalls ? Mistake::two_small_writes : Mistake::none;
}

constexpr std::array<std::pair<std::string_view, Mistake>, 21> by_check{{
    {"handles.descriptors", Mistake::keeps_descriptors},
    {"handles.close_wait", Mistake::keeps_descriptors},
    {"handles.zombies", Mistake::keeps_zombies},
    {"handles.processes", Mistake::keeps_zombies},
    {"handles.threads", Mistake::keeps_threads},
    {"memory.leak", Mistake::keeps_memory},
    {"memory.returns", Mistake::keeps_memory},
    {"cpu.idle", Mistake::spins},
    {"cpu.stalled", Mistake::spins},
    {"lifecycle.stops", Mistake::ignores_sigterm},
    {"lifecycle.serves_once", Mistake::serves_once},
    {"concurrency.silent_client", Mistake::one_client_at_a_time},
    {"concurrency.stalled_reader", Mistake::one_client_at_a_time},
    {"hostile.parent_folder", Mistake::leaves_its_folder},
    {"hostile.put_outside", Mistake::leaves_its_folder},
    {"hostile.remove_outside", Mistake::leaves_its_folder},
    {"hostile.rename_outside", Mistake::leaves_its_folder},
    {"hostile.show_outside", Mistake::leaves_its_folder},
    {"hostile.subfolder_outside", Mistake::leaves_its_folder},
    {"hostile.symbolic_link", Mistake::leaves_its_folder},
    {"hostile.tell_outside", Mistake::leaves_its_folder},
}};

/// The transfer that was under way when the server ended, as far as the record tells: the last whose
/// connection was taken; else the first that found nobody.
const TransferRecord* example_of_the_end(const record::RunRecord& record) {
  const TransferRecord* last = nullptr;
  const TransferRecord* alone = nullptr;
  for (const TransferRecord& row : record.transfers.failures()) {
    if (!of_the_server(row) || row.error == TransferError::none) continue;
    const bool taken = row.error != TransferError::connect_failed;
    if (taken && (last == nullptr || row.start_s > last->start_s)) last = &row;
    if (!taken && (alone == nullptr || row.start_s < alone->start_s)) alone = &row;
  }
  return last != nullptr ? last : alone;
}

bool destroyed_what_it_serves(const record::RunRecord& record) {
  return std::ranges::any_of(
      record.warnings, [](const auto& warning) { return warning.id == record::served_changed_warning; });
}

/// What we said of a start that failed, and what the server had printed, which stands behind bars.
std::pair<std::string, std::string> told_and_printed(std::string_view message) {
  std::pair<std::string, std::string> parts;
  while (!message.empty()) {
    const auto line = message.substr(0, message.find('\n'));
    message.remove_prefix(std::min(line.size() + 1, message.size()));
    auto& part = line.starts_with("| ") ? parts.second : parts.first;
    part.append(line).push_back('\n');
  }
  return parts;
}

/// A program that runs may miss a file of its own: only the words of those that start programs count.
bool names_no_program(std::string_view told, std::string_view printed) {
  if (told.starts_with("cannot write")) return false;
  if (mentions(told, {"can't open file", "no such file", "No such file", "not found", "Permission denied",
                      "not executable", "there is no", "is not there"}))
    return true;
  return mentions(printed, {"can't open file", "Could not find or load main class", ": not found",
                            "env: ", "Unable to access jarfile", "Cannot find module"});
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
  if (verdict.id == "lifecycle.stays_up") return example_of_the_end(record);
  const bool copies = verdict.id == "identity.copies";
  if (!copies && verdict.id != "identity.errors") return nullptr;
  const bool while_up = failed_while_up(record);
  const bool other_files = other_files_came(record);
  const auto counts = [&](const TransferRecord& row) {
    if (!of_the_server(row) || (row.error == TransferError::none) != copies) return false;
    return copies || !while_up || !fell_with_the_server(record, row);
  };
  /// A copy of another file shows more than one that is merely wrong.
  const auto shows_more = [&](const TransferRecord& row) {
    const auto other = other_files ? record::other_fixture_sent(record, row) : std::nullopt;
    return other && !other->also_a_beginning;
  };
  std::map<TransferError, std::size_t> kinds;
  for (const TransferRecord& row : record.transfers.failures())
    if (counts(row)) ++kinds[row.error];
  const auto rank = [&](const TransferRecord& row) {
    return std::tuple(kinds[row.error], shows_more(row), size_of(record, row) > 0, -row.start_s);
  };
  const TransferRecord* first = nullptr;
  for (const TransferRecord& row : record.transfers.failures())
    if (counts(row) && (first == nullptr || rank(row) > rank(*first))) first = &row;
  return first;
}

Mistake mistake_of(const record::RunRecord& record, const Verdict& verdict) {
  if (verdict.id == "lifecycle.stays_up") return of_the_end(record);
  const bool of_copies = verdict.id == "identity.copies" || verdict.id == "identity.errors";
  if (of_copies && destroyed_what_it_serves(record)) return Mistake::none;  // the check's words tell
  if (const TransferRecord* row = example_of(record, verdict)) {
    if (fell_with_the_server(record, *row)) return of_the_end(record);
    const Mistake mistake = of_a_transfer(record, *row);
    // A part that is always the same is what one call moves, whatever the error is called.
    const bool stuck = mistake == Mistake::loses_the_tail && always_the_same_length(record, *row);
    return stuck ? Mistake::sends_once : mistake;
  }
  if (verdict.id == "uniformity.stalls") return of_stalls(verdict);
  const bool leaves_children = std::ranges::any_of(
      record.server_ends, [](const auto& one) { return one.arm == record::Arm::server && one.left > 0; });
  if (verdict.id == "lifecycle.stops" && leaves_children) return Mistake::none;
  const record::ServerEnd* end = own_end(record);
  if (verdict.id == "memory.peak" && end != nullptr && end->excess) return of_excess(*end->excess);
  for (const auto& [id, mistake] : by_check)
    if (verdict.id == id) return mistake;
  return Mistake::none;
}

Mistake mistake_at_start(std::string_view message) {
  const auto [told, printed] = told_and_printed(message);
  if (mentions(told, {"does not answer in the dialect"})) return Mistake::other_dialect;
  if (mentions(message, {"ModuleNotFoundError", "ImportError", "error while loading shared libraries",
                         "ClassNotFoundException", "NoClassDefFoundError"}))
    return Mistake::missing_module;
  if (mentions(message, {"SyntaxError", "IndentationError", "TabError", "error: compilation failed"}))
    return Mistake::does_not_compile;
  if (mentions(told, {"in use", "another process"}) ||
      mentions(printed, {"ddress already in use", "EADDRINUSE", "BindException"}))
    return Mistake::port_in_use;
  if (mentions(told, {"listens on several ports", "not on "})) return Mistake::port_not_taken;
  if (mentions(told, {"does not take connections"})) return Mistake::wrong_address;
  if (mentions(told, {"has not listened"})) return Mistake::never_listens;
  if (names_no_program(told, printed)) return Mistake::program_not_found;
  if (mentions(told, {"ended with exit status 0"})) return Mistake::ends_at_once;
  if (mentions(message, {"usage:", "Usage:", "unrecognized", "list index out of range", "IndexError",
                         "ArrayIndexOutOfBounds", "invalid literal for int", "NumberFormatException"}))
    return Mistake::wrong_arguments;
  if (mentions(told, {"of memory, more than"})) return Mistake::runs_out_of_memory;
  // What is left may be the client's, the machine's or ours.
  return mentions(told, {"the server ended", "the server was ended"}) ? Mistake::error_at_start
                                                                      : Mistake::none;
}

}  // namespace bftp::report
