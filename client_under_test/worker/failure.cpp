#include "client_under_test/worker/failure.hpp"

#include <fmt/format.h>

#include <cstring>

namespace bftp::client::worker {

using protocol::TransferError;

namespace {

double seconds(std::int64_t ns) {
  return static_cast<double>(ns) / 1e9;
}

}  // namespace

void fail(protocol::WorkerRecord& record, TransferError error, std::string detail) {
  if (record.error != TransferError::none) return;
  record.error = error;
  record.detail = std::move(detail);
}

void fail_connect(protocol::WorkerRecord& record, const Io& io, const std::string& where,
                  std::int64_t limit_ns) {
  if (io.status == IoStatus::local) {
    fail(record, TransferError::local,
         fmt::format("this machine cannot connect to {}: {}", where, std::strerror(io.error)));
  } else if (io.status == IoStatus::deadline) {
    fail(record, TransferError::connect_failed,
         fmt::format("{} did not answer the connection attempt within {} s", where, seconds(limit_ns)));
  } else {
    fail(record, TransferError::connect_failed,
         fmt::format("connecting to {}: {}", where, std::strerror(io.error)));
  }
}

void fail_io(protocol::WorkerRecord& record, const Io& io, const std::string& progress,
             std::int64_t limit_ns) {
  switch (io.status) {
    case IoStatus::closed:
      return fail(record, TransferError::closed_early, "the server closed the connection " + progress);
    case IoStatus::reset:
      return fail(record, TransferError::reset, "the server reset the connection " + progress);
    case IoStatus::deadline:
      return fail(record, TransferError::deadline,
                  fmt::format("the deadline of {} s passed {}", seconds(limit_ns), progress));
    case IoStatus::truncated:
      return fail(record, TransferError::closed_early,
                  "the server closed the connection without TLS's close_notify " + progress);
    case IoStatus::garbled:
      return fail(record, TransferError::malformed_reply, "the server sent what is no TLS " + progress);
    case IoStatus::refused:
      return fail(record, TransferError::reset,
                  fmt::format("the network to the server failed {}: {}", progress, std::strerror(io.error)));
    case IoStatus::untrusted:
    case IoStatus::done:
    case IoStatus::local:
      return fail(record, TransferError::local,
                  fmt::format("this machine failed {}: {}", progress, std::strerror(io.error)));
  }
}

}  // namespace bftp::client::worker
