#include <cmath>

#include "protocol/request.hpp"
#include "protocol/worker_channel.hpp"
#include "tests/fuzz/check.hpp"
#include "tests/fuzz/targets.hpp"

namespace bftp::fuzz {

namespace {

using namespace protocol;

// Boost.JSON 1.81 does not always read the nearest double, so that the last digit of a duration may change on
// its way. That difference is bounded here and then taken out of the comparison.
void settle(double& back, double sent) {
  BFTP_FUZZ_CHECK(std::abs(back - sent) <= 1e-14 * sent);
  back = sent;
}
void settle(WorkerJob& back, const WorkerJob& sent) {
  settle(back.transfer_deadline_s, sent.transfer_deadline_s);
}
void settle(WorkerBlock& back, const WorkerBlock& sent) {
  settle(back.hold_s, sent.hold_s);
  settle(back.start_offset_s, sent.start_offset_s);
  BFTP_FUZZ_CHECK(back.start_interval_s.has_value() == sent.start_interval_s.has_value());
  if (sent.start_interval_s) settle(*back.start_interval_s, *sent.start_interval_s);
}
void settle(WorkerRecord&, const WorkerRecord&) {}
void settle(WorkerSignal&, const WorkerSignal&) {}

/// What was read is written as one line, and that line reads as the same again.
template <class Value>
void check_line(const Result<Value>& value, Result<Value> (*parse)(std::string_view)) {
  if (!value) {
    BFTP_FUZZ_CHECK(value.error().kind == ErrorKind::malformed);
    BFTP_FUZZ_CHECK(!value.error().message.empty());
    return;
  }
  const auto line = encode(*value);
  BFTP_FUZZ_CHECK(line.find('\n') == line.npos);
  BFTP_FUZZ_CHECK(is_utf8(line));
  auto again = parse(line);
  BFTP_FUZZ_CHECK(again.has_value());
  settle(*again, *value);
  BFTP_FUZZ_CHECK(encode(*again) == line);
}

}  // namespace

void fuzz_worker_job(std::string_view input) {
  check_line(parse_worker_job(input), parse_worker_job);
}
void fuzz_worker_block(std::string_view input) {
  check_line(parse_worker_block(input), parse_worker_block);
}
void fuzz_worker_record(std::string_view input) {
  check_line(parse_worker_record(input), parse_worker_record);
}
void fuzz_worker_signal(std::string_view input) {
  check_line(parse_worker_signal(input), parse_worker_signal);
}

}  // namespace bftp::fuzz
