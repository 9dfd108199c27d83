#include "client_under_test/worker/stall.hpp"

#include <fmt/format.h>

#include <array>

#include "client_under_test/worker/failure.hpp"

namespace bftp::client::worker {

namespace {

constexpr int small_buffer_bytes = 4096;
constexpr std::size_t read_max_bytes = 1024;

/// Reads up to 1 KiB and judges the answer in it. False if the record says why not.
bool read_a_little(const TransferTerms& terms, Link& link, std::int64_t deadline_ns, Answer& answer,
                   protocol::WorkerRecord& record) {
  std::array<std::byte, read_max_bytes> buffer{};
  std::size_t used = 0;
  while (used < buffer.size() && answer.kind == Answer::Kind::incomplete) {
    const Io io = link.socket().receive(std::span(buffer).subspan(used), deadline_ns);
    if (io.status != IoStatus::done) {
      fail_io(record, io, "before its answer", terms.wait_max_ns());
      return false;
    }
    used += io.bytes;
    answer = terms.dialect.answer_to_get({reinterpret_cast<const char*>(buffer.data()), used}, false);
  }
  if (answer.kind == Answer::Kind::refused) fail(record, protocol::TransferError::refused, answer.text);
  if (answer.kind == Answer::Kind::malformed)
    fail(record, protocol::TransferError::malformed_reply, answer.text);
  if (answer.kind == Answer::Kind::ok) record.bytes = used - answer.bytes;
  return record.error == protocol::TransferError::none;
}

}  // namespace

void stall(const TransferTerms& terms, Link& link, std::string_view request, std::int64_t hold_ns,
           protocol::WorkerRecord& record) {
  Stopwatch watch;
  watch.start(now_ns());
  record.start_ns = watch.counts_from_ns();
  TransferTerms small{terms.dialect, terms.limit_ns, small_buffer_bytes, false};
  small.patience = terms.patience;
  if (!open_link(small, link, watch, record)) return;
  const auto deadline_ns = terms.deadline_ns(watch);
  const Io sent = link.socket().send(request, deadline_ns);
  Answer answer;
  if (sent.status != IoStatus::done) {
    fail_io(record, sent, "while the request was sent", terms.wait_max_ns());
  } else if (read_a_little(terms, link, deadline_ns, answer, record)) {
    const Io end = link.socket().wait_for_end(now_ns() + hold_ns);
    const bool may_end =
        end.status == IoStatus::closed && (!answer.stays_open || answer.ends_with_connection());
    if (end.status != IoStatus::deadline && !may_end) {
      fail_io(record, end,
              fmt::format("while the client had stopped reading, after {} s of {} s",
                          static_cast<double>(watch.elapsed_ns(now_ns())) / 1e9,
                          static_cast<double>(hold_ns) / 1e9),
              terms.limit_ns);
    }
  }
  link.socket().close();
}

}  // namespace bftp::client::worker
