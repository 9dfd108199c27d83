#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "harness/judge/limits.hpp"
#include "harness/judge/statistics/proportion.hpp"
#include "harness/judge/transfer_clauses.hpp"
#include "harness/judge/wording.hpp"
#include "harness/record/all_transfers.hpp"
#include "harness/record/other_fixture.hpp"

namespace bftp::judge {
namespace {

using record::TransferError;
using record::TransferRecord;

bool of_the_harness(TransferError error) {
  return error == TransferError::local || error == TransferError::worker_died;
}

const char* in_words(TransferError error) {
  switch (error) {
    case TransferError::connect_failed:
      return "could not connect";
    case TransferError::deadline:
      return "ran into the deadline";
    case TransferError::reset:
      return "were cut off (RST)";
    case TransferError::closed_early:
      return "ended before the last byte";
    case TransferError::refused:
      return "were refused";
    case TransferError::malformed_reply:
      return "got a reply that the protocol does not allow";
    case TransferError::wrong_size:
      return "were announced with a wrong size";
    case TransferError::too_long:
      return "got more bytes than announced";
    case TransferError::verify_failed:
      return "were acknowledged, but could not be read back";
    case TransferError::local:
      return "failed on the client's own machine";
    case TransferError::worker_died:
      return "were lost with a worker";
    case TransferError::client_failed:
      return "ended with the client's exit status telling of a failure";
    case TransferError::missing_file:
      return "left no file";
    case TransferError::none:
      break;
  }
  return "failed";
}

const char* likely_cause(TransferError error) {
  switch (error) {
    case TransferError::connect_failed:
      return "Nobody accepted the connection: the server ended, stopped calling accept(), or its backlog "
             "(the argument of listen()) is full.";
    case TransferError::deadline:
      return "The server fell silent. It may wait for bytes that never come (a receive loop without the "
             "exact length), hold a lock, serve "
             "another client first, or have lost the last block: fewer bytes than announced, and the "
             "connection left open.";
    case TransferError::reset:
      return "The process that served the client died, or the server closed a socket that still held unread "
             "bytes: the system then sends "
             "RST, and what was on its way is lost.";
    case TransferError::closed_early:
      return "The server closed before all bytes were sent. Usual causes: send() took only part of the "
             "buffer and its result was ignored, "
             "the last block that is shorter than the buffer was dropped, or the serving process crashed.";
    case TransferError::refused:
      return "The server refused a request that it should carry out (by ERR, by a status, or by closing "
             "without a byte where the dialect has nothing else). Its text says why; think of names with "
             "spaces or UTF-8, of the working folder, and of a limit on clients.";
    case TransferError::malformed_reply:
      return "The bytes that came are no reply of this dialect: a header with wrong digits, a stream out of "
             "step, or text that was printed into the connection.";
    case TransferError::wrong_size:
      return "The announced size is not the file's: counted in characters instead of bytes, taken from "
             "another file, or from before the file was replaced.";
    case TransferError::too_long:
      return "More bytes came than were announced: a whole buffer sent where only a part was filled, or line "
             "ends that were translated.";
    case TransferError::verify_failed:
      return "The server said OK before the file was in place, stored it under another name, or lost it.";
    case TransferError::local:
    case TransferError::client_failed:
    case TransferError::missing_file:
      return "The client gave up, or the server gave it reason to: what it printed says which. The checks of "
             "category client, and the same run without --client, tell client and server apart.";
    case TransferError::worker_died:
    case TransferError::none:
      break;
  }
  return "";
}

struct Errors {
  std::map<TransferError, std::uint64_t> kinds;  ///< of the server's arm
  std::uint64_t server = 0;
  std::uint64_t harness = 0;
  const TransferRecord* first = nullptr;  ///< that the server is to blame for, of the most frequent kind
};

Errors errors_of(const record::RunRecord& record) {
  Errors errors;
  const auto total = record::all_transfers(record, record::Arm::server);
  std::uint64_t kept = 0;
  for (const TransferRecord& row : record.transfers.failures()) {
    if (row.arm != record::Arm::server || row.error == TransferError::none) continue;
    ++errors.kinds[row.error];
    ++kept;
    if (of_the_harness(row.error)) ++errors.harness;
  }
  if (kept < total.errors) {
    const auto kinds = record.transfers.errors_by_kind(record::Arm::server);
    errors.harness = 0;
    for (std::size_t kind = 1; kind < kinds.size(); ++kind) {
      if (kinds[kind] > 0) errors.kinds[static_cast<TransferError>(kind)] = kinds[kind];
      if (of_the_harness(static_cast<TransferError>(kind))) errors.harness += kinds[kind];
    }
  }
  errors.server = total.errors - std::min(total.errors, errors.harness);
  std::uint64_t most = 0;
  for (const TransferRecord& row : record.transfers.failures()) {
    if (row.arm != record::Arm::server || row.error == TransferError::none || of_the_harness(row.error))
      continue;
    if (errors.kinds[row.error] > most) {
      most = errors.kinds[row.error];
      errors.first = &row;
    }
  }
  return errors;
}

std::string kinds_in_words(const Errors& errors) {
  std::vector<std::string> parts;
  for (const auto& [kind, count] : errors.kinds) {
    if (!of_the_harness(kind)) parts.push_back(fmt::format("{} {}", count, in_words(kind)));
  }
  return joined(parts);
}

/// Whether the control arm fails in every way that the server does, and perhaps as often.
bool shared_by_control(const record::RunRecord& record, const Errors& errors, std::uint64_t transfers) {
  const auto of_control = record.transfers.errors_by_kind(record::Arm::control);
  const std::uint64_t control_transfers = record.transfers.total(record::Arm::control).transfers;
  return std::all_of(errors.kinds.begin(), errors.kinds.end(), [&](const auto& one) {
    const auto& [kind, count] = one;
    return of_the_harness(kind) ||
           statistics::may_be_the_same_share({count, transfers},
                                             {of_control[static_cast<std::size_t>(kind)], control_transfers});
  });
}

/// Every PUT was refused, and every GET came.
bool takes_no_files(const record::RunRecord& record) {
  std::uint64_t puts = 0;
  for (const auto& [key, count] : record.transfers.counts()) {
    if (key.arm != record::Arm::server) continue;
    if (count.errors != (key.op == record::Op::put ? count.transfers : 0)) return false;
    if (key.op == record::Op::put) puts += count.transfers;
  }
  const auto kinds = record.transfers.errors_by_kind(record::Arm::server);
  return puts > 0 && kinds[static_cast<std::size_t>(TransferError::refused)] == puts;
}

/// Refused were empty files, and no others.
bool refuses_empty_files_alone(const record::RunRecord& record) {
  bool any = false;
  for (const TransferRecord& row : record.transfers.failures()) {
    if (row.arm != record::Arm::server || row.error != TransferError::refused) continue;
    if (row.fixture >= record.fixtures.size() || record.fixtures[row.fixture].size > 0) return false;
    any = true;
  }
  return any;
}

/// The words of the first failure that is ours, for the end of a sentence.
std::string first_of_the_harness(const record::RunRecord& record) {
  for (const TransferRecord& row : record.transfers.failures())
    if (row.arm == record::Arm::server && of_the_harness(row.error) && !row.detail.empty())
      return ": " + quoted(row.detail, 200);
  return "";
}

class TransferErrors final : public Check {
 public:
  std::string_view id() const override { return "identity.errors"; }
  Category category() const override { return Category::identity; }
  std::string_view title() const override { return "Every transfer comes to its end"; }
  std::string_view about() const override {
    return "Counts transfers that ended in an error or ran into their deadline, by kind. Errors of the "
           "harness's own machine are no "
           "error of the server: they make the check inconclusive.";
  }
  std::vector<LimitSpec> limits() const override {
    return {{"errors_max", 0, "transfers",
             "on loopback nothing is lost on the way: each failed transfer is the server's doing"}};
  }
  bool needs_confirmation() const override { return false; }

  Verdict judge(const Evidence& evidence, const LimitValues& limits) const override {
    const auto total = record::all_transfers(evidence.record, record::Arm::server);
    const Errors errors = errors_of(evidence.record);
    Verdict verdict = begin(*this, evidence);
    const double allowed = limit(*this, limits, "errors_max");
    verdict.limit = allowed == 0 ? "none may fail" : fmt::format("at most {} may fail", allowed);
    verdict.expected =
        "Each request for a file that exists is answered whole, whatever other clients do (clause 6.1).";
    verdict.clauses = transfer_clauses(evidence.record);
    verdict.clauses.emplace_back("6.1");
    if (total.transfers == 0) return skipped(std::move(verdict), "Nothing was transferred.");
    verdict.series.push_back(
        count_so_far(evidence.record, "Transfers that failed", [](const record::TransferPoint& point) {
          return point.error != TransferError::none && !of_the_harness(point.error);
        }));
    verdict.measured = fmt::format("{} of {} failed", errors.server, counted(total.transfers, "transfer"));
    if (static_cast<double>(errors.server) > allowed && !control_was_changed(evidence.record) &&
        shared_by_control(evidence.record, errors, total.transfers))
      return inconclusive(
          std::move(verdict),
          fmt::format("{} failed ({}), and transfers of the reference server beside it fail in the same way.",
                      errors.server, kinds_in_words(errors)),
          "Look what is wrong with this machine (`bftp-torture doctor`): a full disk, too few ports or "
          "descriptors, a packet filter.");
    if (static_cast<double>(errors.server) > allowed)
      return failed(std::move(verdict), evidence.record, errors, total.transfers);
    if (errors.harness > 0)
      return inconclusive(
          std::move(verdict),
          fmt::format("{} failed through the fault of the harness or its machine, not of the server{}.",
                      counted(errors.harness, "transfer"), first_of_the_harness(evidence.record)),
          "Mend what the message names on this machine (disk, memory, a fixture in the cache), and run "
          "again.");
    verdict.status = Status::pass;
    verdict.confidence = fmt::format("failures below {} at 95 % confidence",
                                     percent(*statistics::upper_bound(errors.server, total.transfers)));
    verdict.summary = errors.server > 0
                          ? within_the_plan(verdict.measured)
                          : fmt::format("All {} came to their end.", counted(total.transfers, "transfer"));
    return verdict;
  }

 private:
  static Verdict failed(Verdict verdict, const record::RunRecord& record, const Errors& errors,
                        std::uint64_t transfers) {
    const auto range = statistics::clopper_pearson(errors.server, transfers);
    verdict.status = Status::fail;
    verdict.severity = Severity::critical;
    verdict.summary = fmt::format("{} of {} failed: {}.", errors.server, counted(transfers, "transfer"),
                                  kinds_in_words(errors));
    verdict.confidence = fmt::format("between {} and {} of transfers, at 95 % confidence",
                                     percent(range->low), percent(range->high));
    verdict.happened = verdict.summary;
    if (errors.first == nullptr) return verdict;
    const auto& row = *errors.first;
    const std::string fixture = row.fixture < record.fixtures.size() ? record.fixtures[row.fixture].name : "";
    verdict.happened +=
        fmt::format(" For example {} of {} by client {}, {}, after {} bytes: {}",
                    row.op == record::Op::put ? "PUT" : "GET", quoted(fixture), row.client,
                    record::iteration_text(row.iteration), row.bytes,
                    row.detail.empty() ? protocol::to_string(row.error) : quoted(row.detail, 300).c_str());
    if (const auto other = record::other_fixture_sent(record, row); other && !other->also_a_beginning)
      verdict.happened +=
          fmt::format(". What came is {}, byte for byte", quoted(record.fixtures[other->fixture].name));
    verdict.cause = destroys_what_it_serves(record);
    if (verdict.cause.empty() && takes_no_files(record))
      verdict.cause =
          "Every PUT was refused and every GET came to its end: the server takes no files. If it is meant to "
          "be read-only, let it be asked for GET alone: --ops get.";
    if (row.error == TransferError::refused && refuses_empty_files_alone(record)) {
      if (record.plan.server.dialect == "bftp") verdict.clauses.emplace_back("4.11");
      if (verdict.cause.empty())
        verdict.cause =
            "Only empty files were refused. An empty file is a file, of 0 bytes: look for a size, a content "
            "or "
            "a read() of 0 that is taken for a file that is not there.";
    }
    if (verdict.cause.empty()) verdict.cause = likely_cause(row.error);
    const bool by_its_end = row.error == record::TransferError::connect_failed ||
                            row.error == record::TransferError::reset ||
                            row.error == record::TransferError::closed_early;
    if (record.state == record::RunState::server_died && by_its_end)
      verdict.cause += " The server ended during the run: see lifecycle.stays_up first.";
    if (!row.evidence.empty()) verdict.evidence_files.push_back(row.evidence);
    verdict.reproduce = reproduce(record, fixture);
    return verdict;
  }
};

BFTP_REGISTER_CHECK(TransferErrors)

}  // namespace
}  // namespace bftp::judge
