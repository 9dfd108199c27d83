#include "harness/judge/client_trials.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <optional>

#include "harness/judge/wording.hpp"
#include "protocol/dialects.hpp"

namespace bftp::judge {
namespace {

using record::ClientTrial;
using record::TransferError;
using record::TransferRecord;

bool of_the_harness(const TransferRecord& row) {
  return row.error == TransferError::local || row.error == TransferError::worker_died;
}

/// It had to be stopped. Our own worker keeps its deadline itself, and that is the end that is wanted of a
/// client.
bool was_killed(const TransferRecord& row) {
  return row.client_end && row.client_end->killed;
}

/// By exit status, or for our own worker by its record: it told of a failure.
bool told_of_failure(const TransferRecord& row) {
  if (was_killed(row)) return false;
  if (!row.client_end) return row.error != TransferError::none;
  return row.client_end->signal.has_value() || row.client_end->exit_code.value_or(0) != 0;
}

bool is_right(const TransferRecord& row) {
  return row.error == TransferError::none && row.identical.value_or(false);
}

/// What lies under {local} can be taken for the file: it has its size or more, or there is none to be had at
/// all.
bool looks_whole(const TransferRecord& row, std::uint64_t size, bool refused) {
  return row.client_end && row.client_end->file && (refused || row.client_end->file_bytes >= size);
}

/// Why this trial fails the demand; nothing if it meets it.
std::optional<std::string> failing(const TransferRecord& row, const TrialCheck& trial, std::uint64_t size) {
  if (was_killed(row)) return ending_in_words(row) + ": " + quoted(row.detail, 300);
  if (trial.demand == ClientDemand::succeed) {
    if (is_right(row)) return std::nullopt;
    if (row.error == TransferError::none)
      return fmt::format(
          "the client ended with exit status 0, but what it wrote is not the file ({} bytes of {})",
          row.bytes, size);
    return "the client did not get the file: " + quoted(row.detail, 300);
  }
  if (trial.demand == ClientDemand::notice_or_right && is_right(row)) return std::nullopt;
  if (!told_of_failure(row))
    return fmt::format("the client said that all was well ({}), with {} bytes written of {}",
                       ending_in_words(row), row.bytes, size);
  if (looks_whole(row, size, trial.behaviour == "refuse"))
    return fmt::format(
        "the client said that it failed, but left a file of {} bytes under the name that it was told: "
        "whoever finds it takes it for the whole",
        row.client_end->file_bytes);
  return std::nullopt;
}

/// The close ends a file, whatever its size (clauses 7.1 to 7.4).
bool close_ends_file(std::string_view dialect) {
  const auto* facts = protocol::find_dialect_facts(dialect);
  return facts != nullptr && facts->end == protocol::EndOfFile::close;
}

struct Tally {
  std::size_t tried = 0, failed = 0, harness = 0;
  std::string first;       ///< why the first failed
  std::string not_tried;   ///< why none was tried
  std::string how_passed;  ///< how the first that met the demand ended
};

Tally tally(const record::RunRecord& record, const TrialCheck& trial) {
  Tally sum;
  for (const ClientTrial& one : record.client_trials) {
    if (one.behaviour != trial.behaviour) continue;
    if (!one.not_tried.empty()) {
      sum.not_tried = one.not_tried;
      continue;
    }
    if (of_the_harness(one.transfer)) {
      ++sum.harness;
      sum.not_tried =
          one.transfer.detail.empty() ? "this machine failed, not the client" : one.transfer.detail;
      continue;
    }
    ++sum.tried;
    const auto why = failing(one.transfer, trial, record.fixtures.at(one.transfer.fixture).size);
    if (why && sum.first.empty()) sum.first = *why;
    if (!why && sum.how_passed.empty()) sum.how_passed = ending_in_words(one.transfer);
    sum.failed += why ? 1U : 0U;
  }
  return sum;
}

/// The client can get a file at all: else a failure of it says nothing.
bool gets_files(const record::RunRecord& record) {
  return std::ranges::any_of(record.client_trials, [](const ClientTrial& one) {
    return one.behaviour == "plain" && one.not_tried.empty() && is_right(one.transfer);
  });
}

std::string how_it_went(const Tally& sum, const TrialCheck& trial) {
  if (trial.demand == ClientDemand::succeed) return "The client got the whole file.";
  return "The client coped: " + sum.how_passed + ".";
}

}  // namespace

bool has_external_client(const record::RunRecord& record) {
  return !record.plan.clients.command.empty();
}

std::string ending_in_words(const TransferRecord& row) {
  if (was_killed(row))
    return row.error == TransferError::deadline ? "the client never ended by itself"
                                                : "the client had to be stopped";
  if (!row.client_end)
    return row.error == TransferError::none
               ? "no failure reported"
               : fmt::format("failure reported as \"{}\"", protocol::to_string(row.error));
  if (row.client_end->signal) return fmt::format("ended by signal {}", *row.client_end->signal);
  return fmt::format("exit status {}", row.client_end->exit_code.value_or(-1));
}

Verdict judge_trials(const Check& check, const Evidence& evidence, const TrialCheck& trial) {
  const auto& record = evidence.record;
  Verdict verdict = begin(check, evidence);
  verdict.expected = trial.expected;
  verdict.done =
      std::string(trial.server_did) + " " +
      (has_external_client(record) ? "The client was: " + quoted(record.plan.clients.command, 300)
                                   : std::string("The client was the harness's own worker, as a test of "
                                                 "itself."));
  const Tally sum = tally(record, trial);
  if (trial.needs_announced_size && close_ends_file(record.plan.server.dialect))
    return skipped(std::move(verdict), "In the dialect " + record.plan.server.dialect +
                                           " the close is the end of a file, so no client can see this.");
  if (sum.tried == 0 && sum.not_tried.empty())
    return skipped(std::move(verdict), "Not tried: --suite client or --server-behaviour runs it.");
  if (sum.failed == 0 && !sum.not_tried.empty())
    return inconclusive(std::move(verdict), "It could not be tried: " + quoted(sum.not_tried, 300) + ".",
                        "Mend that and run again.");
  if (sum.failed == 0 && trial.demand != ClientDemand::succeed && !gets_files(record))
    return inconclusive(
        std::move(verdict),
        "The client does not get a file from a healthy server either, so that it failed here says "
        "nothing: see client.plain.",
        "Mend what client.plain tells of, and run again.");
  verdict.measured = fmt::format("{} of {} coped", sum.tried - sum.failed, counted(sum.tried, "trial"));
  verdict.limit = "all";
  if (sum.failed == 0) {
    verdict.status = Status::pass;
    verdict.summary = how_it_went(sum, trial);
    return verdict;
  }
  verdict.status = Status::fail;
  verdict.severity = Severity::major;
  verdict.summary = fmt::format("{} of {}: {}.", sum.failed, counted(sum.tried, "trial"), sum.first);
  verdict.happened = verdict.summary;
  verdict.cause = trial.cause;
  return verdict;
}

}  // namespace bftp::judge
