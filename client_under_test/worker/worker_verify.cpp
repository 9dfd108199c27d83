#include <fmt/format.h>

#include "client_under_test/worker/failure.hpp"
#include "client_under_test/worker/printable.hpp"
#include "client_under_test/worker/worker.hpp"
#include "protocol/copy_words.hpp"

namespace bftp::client::worker {

using protocol::Result;
using protocol::TransferError;
using protocol::Verify;

/// The schedule of an open loop stands still meanwhile: our own work must not make the server look late.
void Worker::verify() {
  const auto from_ns = now_ns();
  verify_copies(kept_, job_.hash_threads);
  for (const auto& copy : kept_) note(records_[copy.record], copy.result);
  kept_.clear();
  arena_used_ = 0;
  for (const auto& put : pending_puts_) verify_put(put);
  pending_puts_.clear();
  stored_bytes_ = 0;
  // A server may have hung up on a connection that was idle for so long; that is no fault of the next
  // transfer.
  exchange_->drop_if_stale();
  schedule_ns_ += now_ns() - from_ns;
  cpu_mark_ns_ = thread_cpu_ns();
}

void Worker::verify_put(const PendingPut& put) {
  auto& record = records_[put.record];
  const auto& fixture = job_.fixtures[record.fixture];
  if (root_ && !*root_) return fail(record, TransferError::local, root_->error().message);
  if (job_.verify != Verify::none) {
    const auto copy =
        root_ ? (*root_)->check(put.name, fixture, local(record.fixture), job_.verify, scratch_.memory())
              : read_back(put, fixture);
    if (copy) {
      note(record, *copy);
    } else {
      fail(record, TransferError::verify_failed, copy.error().message);
    }
    if (put.replaces) note_replaced(record, copy ? std::optional(*copy) : std::nullopt);
  }
  remove(put);
}

/// By GET, for a server whose root we cannot see.
Result<CheckedCopy> Worker::read_back(const PendingPut& put, const protocol::WorkerFixture& fixture) {
  protocol::WorkerRecord record;
  Stopwatch watch;
  const LocalFile* local_file = local(records_[put.record].fixture);
  const auto policy = job_.verify == Verify::bytes ? Intake::Policy::compare : Intake::Policy::keep;
  Intake intake(scratch_.memory(), policy, fixture, local_file);
  exchange_->prepare_get(put.name);
  watch.start(now_ns());
  if (!exchange_->get(fixture, intake, watch, record)) {
    return protocol::Error{protocol::ErrorKind::closed, "reading it back by GET: " + record.detail, 0};
  }
  return intake.is_kept() ? check_whole(fixture, local_file, intake.kept()) : intake.result(true);
}

void Worker::remove(const PendingPut& put) {
  auto& record = records_[put.record];
  if (root_) {
    const auto removed = (*root_)->remove(put.name);
    if (!removed) return fail(record, TransferError::verify_failed, removed.error().message);
    return put_numbers_.give_back(put.number);
  }
  const std::string wrong = exchange_->remove(put.name, scratch_.memory());
  if (!wrong.empty()) return fail(record, TransferError::verify_failed, "removing it by DELETE: " + wrong);
  put_numbers_.give_back(put.number);
}

void Worker::note_replaced(protocol::WorkerRecord& record, const std::optional<CheckedCopy>& stored) const {
  if (record.identical.value_or(false)) return;
  record.detail +=
      fmt::format("; {}, which PUT has to replace as a whole (clause 4.8)", protocol::older_file_was_there);
  if (!stored) return;
  record.detail += fmt::format(": what lies there now has {} bytes", stored->size);
  const bool kept = stored->window && stored->window->offset == 0 &&
                    stored->window->received.starts_with(ServerRoot::older_content);
  if (kept) record.detail += fmt::format(" and {}", protocol::older_content_stayed);
}

void Worker::note(protocol::WorkerRecord& record, const CheckedCopy& copy) {
  const auto& fixture = job_.fixtures[record.fixture];
  record.sha256 = copy.sha256;
  if (copy.sha256) record.identical = copy.identical;
  const bool located = copy.first_difference.has_value();
  const bool local_differs = copy.sha256 && local(record.fixture) != nullptr && copy.size == fixture.size &&
                             copy.identical == located;
  if (local_differs) {
    record.identical.reset();
    return fail(
        record, TransferError::local,
        fmt::format("the local copy {} is not the fixture that the job describes", fixture.local_path));
  }
  record.first_difference = copy.first_difference;
  if (!located && copy.identical) return;
  if (!located && !copy.sha256) return;
  record.evidence = evidence_.save(block_->label,
                                   fmt::format("c{}-b{}-i{}-{}-f{}", job_.client, block_->block,
                                               record.iteration, to_string(record.op), record.fixture),
                                   fixture, copy);
  if (record.error == TransferError::none) {
    const bool ends_early = located && *copy.first_difference == copy.size && copy.size < fixture.size;
    record.detail =
        ends_early ? fmt::format("{}{} of {} bytes", protocol::copy_ends_early, copy.size, fixture.size)
        : located  ? fmt::format("the copy differs from the fixture from byte {} on", *copy.first_difference)
                   : "the copy's SHA-256 is not the fixture's";
  }
}

bool Worker::deliver(const RecordSink& sink) {
  verify();
  bool taken = true;
  for (const auto& record : records_) taken = taken && sink(record);
  records_.clear();
  return taken;
}

}  // namespace bftp::client::worker
