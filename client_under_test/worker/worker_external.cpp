#include "client_under_test/worker/external/external_transfer.hpp"
#include "client_under_test/worker/worker.hpp"

namespace bftp::client::worker {

/// A transfer by the block's external client. Its copy is verified at once, since its folder goes with it;
/// the schedule of an open loop stands still meanwhile.
void Worker::external(protocol::WorkerRecord& record, std::uint64_t number) {
  const bool is_put = record.op == protocol::Op::put;
  if (is_put && !has_local(record)) return;
  const auto& fixture = job_.fixtures[record.fixture];
  if (is_put && !pending_puts_.empty() && stored_bytes_ + fixture.size > job_.arena_bytes) verify();
  const std::size_t index = records_.size() - 1;
  ExternalOrder order{job_.external_clients[*block_->external_client],
                      block_->host,
                      block_->port,
                      fixture.name,
                      way_->terms.limit_ns,
                      block_->start_interval_s.has_value()};
  std::int64_t ended_ns = 0;
  Stopwatch watch;
  start(watch, record, number);
  if (is_put) {
    PendingPut pending = pending_put(index);
    order.remote = pending.name;
    const auto outcome = external_put(*runner_, order, fixture, *local(record.fixture), record);
    if (outcome.well) {
      stored_bytes_ += fixture.size;
      pending_puts_.push_back(std::move(pending));
    }
    ended_ns = outcome.ended_ns;
  } else {
    ended_ns =
        external_get(*runner_, order, fixture, local(record.fixture), record, [&](const CheckedCopy& copy) {
          note(record, copy);
        }).ended_ns;
  }
  // What comes after its end is ours: killing what it left, looking, removing.
  if (ended_ns > 0) schedule_ns_ += now_ns() - ended_ns;
}

}  // namespace bftp::client::worker
