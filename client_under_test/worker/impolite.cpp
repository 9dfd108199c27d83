#include "client_under_test/worker/impolite.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "client_under_test/worker/failure.hpp"

namespace bftp::client::worker {

using protocol::TransferError;

namespace {

constexpr int impolite_buffer_bytes = 4096;
constexpr std::size_t impolite_read_bytes = 1024;
constexpr std::uint64_t half_put_max_bytes = 256u << 10;
/// For the OK to a PUT that will only be held.
constexpr std::int64_t half_put_wait_ns = 1'000'000'000;
constexpr std::uint64_t other_content_max_bytes = 1u << 20;
constexpr int deaf_buffer_bytes = 4096;  ///< little comes in, so that the server cannot send on

/// One connection of an impolite client, from connect to close, under one deadline.
class Visit {
 public:
  Visit(const TransferTerms& terms, Link& link, protocol::WorkerRecord& record)
      : terms_{terms.dialect, std::min(terms.limit_ns, impolite_limit_ns), impolite_buffer_bytes, false},
        link_(link),
        record_(record) {
    watch_.start(now_ns());
    record_.start_ns = watch_.counts_from_ns();
  }
  ~Visit() { link_.socket().close(); }
  Visit(const Visit&) = delete;
  Visit& operator=(const Visit&) = delete;

  bool ask(std::string_view request) {
    if (!open_link(terms_, link_, watch_, record_)) return false;
    const Io io = link_.socket().send(request, deadline_ns());
    // Who hangs up before the request is read may have said why.
    if (io.status == IoStatus::done || io.status == IoStatus::reset) return true;
    fail_io(record_, io, "while the request was sent", terms_.limit_ns);
    return false;
  }

  /// Reads until `judge` (received bytes, whether they are all) knows what the answer is, or no more comes.
  template <class Judge>
  Answer hear(Judge judge) {
    Answer answer;
    while (answer.kind == Answer::Kind::incomplete && used_ < buffer_.size()) {
      last_ = link_.socket().receive(std::span(buffer_).subspan(used_), deadline_ns());
      used_ += last_.status == IoStatus::done ? last_.bytes : 0;
      answer = judge(received(), last_.status != IoStatus::done);
      if (last_.status != IoStatus::done) break;
    }
    return answer;
  }

  /// Reads on until `bytes` more have come, or no more comes.
  void swallow(std::uint64_t bytes) {
    while (bytes > 0 && last_.status == IoStatus::done) {
      const auto room = static_cast<std::size_t>(std::min<std::uint64_t>(bytes, buffer_.size()));
      last_ = link_.socket().receive(std::span(buffer_).first(room), deadline_ns());
      if (last_.status == IoStatus::done) bytes -= last_.bytes;
    }
  }

  std::string_view received() const { return {reinterpret_cast<const char*>(buffer_.data()), used_}; }
  const Io& last() const { return last_; }
  std::int64_t deadline_ns() const { return watch_.deadline_ns(terms_.limit_ns); }
  std::int64_t limit_ns() const { return terms_.limit_ns; }
  const Dialect& dialect() const { return terms_.dialect; }

 private:
  TransferTerms terms_;
  Link& link_;
  protocol::WorkerRecord& record_;
  Stopwatch watch_;
  std::array<std::byte, impolite_read_bytes> buffer_{};
  std::size_t used_ = 0;
  Io last_;
};

bool ended(const Io& io) {
  return io.status == IoStatus::closed || io.status == IoStatus::reset;
}

void note_refusal(const Visit& visit, const Answer& answer, protocol::WorkerRecord& record) {
  if (answer.kind == Answer::Kind::refused) return;
  if (answer.kind == Answer::Kind::malformed)
    return fail(record, TransferError::malformed_reply, answer.text);
  // A dialect without a word for "no" closes.
  if (visit.received().empty() && ended(visit.last())) return;
  if (answer.kind == Answer::Kind::ok)
    return fail(record, TransferError::malformed_reply, "the server said yes where a refusal is due");
  fail_io(record, visit.last(), "before its refusal", visit.limit_ns());
}

}  // namespace

void ask_for_refusal(const TransferTerms& terms, Link& link, std::string_view request,
                     protocol::WorkerRecord& record) {
  Visit visit(terms, link, record);
  if (!visit.ask(request)) return;
  const Answer answer = visit.hear(
      [&](std::string_view received, bool all) { return terms.dialect.answer_to_get(received, all); });
  note_refusal(visit, answer, record);
}

void ask_for_other(const TransferTerms& terms, Link& link, const OtherVerb& verb,
                   protocol::WorkerRecord& record) {
  Visit visit(terms, link, record);
  if (!visit.ask(verb.request)) return;
  const Answer answer = visit.hear([&](std::string_view received, bool all) {
    return terms.dialect.answer_to_other(verb, received, all);
  });
  if (answer.kind == Answer::Kind::refused) return;
  if (answer.kind == Answer::Kind::malformed)
    return fail(record, TransferError::malformed_reply, answer.text);
  if (answer.kind != Answer::Kind::ok)
    return fail_io(record, visit.last(), "before its answer", visit.limit_ns());
  if (!verb.has_content) return;
  const std::uint64_t here = visit.received().size() - answer.bytes;
  const std::uint64_t wanted =
      std::min(answer.size.value_or(other_content_max_bytes), other_content_max_bytes);
  visit.swallow(wanted - std::min(wanted, here));
  const bool cut_short = answer.size && visit.last().status != IoStatus::done;
  if (cut_short) fail_io(record, visit.last(), "in the middle of its answer", visit.limit_ns());
}

void leave_early(const TransferTerms& terms, Link& link, std::string_view part,
                 protocol::WorkerRecord& record) {
  Visit visit(terms, link, record);
  visit.ask(part);
}

void abort_get(const TransferTerms& terms, Link& link, std::string_view request,
               protocol::WorkerRecord& record) {
  Visit visit(terms, link, record);
  if (!visit.ask(request)) return;
  const Answer answer = visit.hear(
      [&](std::string_view received, bool all) { return terms.dialect.answer_to_get(received, all); });
  if (visit.received().empty() && ended(visit.last()))
    return fail_io(record, visit.last(), "before its answer", visit.limit_ns());
  if (answer.kind == Answer::Kind::ok) {
    record.bytes = visit.received().size() - answer.bytes;
  } else if (answer.kind == Answer::Kind::refused) {
    fail(record, TransferError::refused, answer.text);
  } else if (answer.kind == Answer::Kind::malformed) {
    fail(record, TransferError::malformed_reply, answer.text);
  } else if (visit.last().status != IoStatus::done) {
    fail_io(record, visit.last(), "before its answer", visit.limit_ns());
  }
}

namespace {

/// Half of the content, if the server takes the announcement. Returns its answer.
Answer send_half(Visit& visit, const HalfPut& put, std::uint64_t* sent = nullptr) {
  if (!visit.ask(put.request)) return {};
  Answer answer =
      visit.hear([&](std::string_view received, bool) { return visit.dialect().answer_to_put(received); });
  if (answer.kind != Answer::Kind::ok) return answer;
  const std::uint64_t half = std::min<std::uint64_t>(put.local.bytes().size() / 2, half_put_max_bytes);
  const auto bytes = put.link.socket()
                         .send_file(put.local.fd(), half, [&](std::uint64_t) { return visit.deadline_ns(); })
                         .bytes;
  if (sent != nullptr) *sent = bytes;
  return answer;
}

}  // namespace

void abort_put(const TransferTerms& terms, Link& link, std::string_view request, const LocalFile& local,
               Leave leave, protocol::WorkerRecord& record) {
  Visit visit(terms, link, record);
  const Answer answer = send_half(visit, {link, std::string(request), local}, &record.bytes);
  if (leave == Leave::reset && link.socket().is_open()) link.socket().reset_at_close();
  if (answer.kind == Answer::Kind::ok || record.error != TransferError::none) return;
  if (answer.kind == Answer::Kind::refused) {
    fail(record, TransferError::refused, answer.text);
  } else if (answer.kind == Answer::Kind::malformed) {
    fail(record, TransferError::malformed_reply, answer.text);
  } else if (visit.last().status != IoStatus::done) {
    fail_io(record, visit.last(), "before its first OK", visit.limit_ns());
  }
}

void hold_half_open(const TransferTerms& terms, const HalfOpenLinks& links, std::string_view request,
                    const std::optional<HalfPut>& put, std::int64_t hold_ns, protocol::WorkerRecord& record) {
  // First, while a server that attends to one client at a time has none. One that takes no PUT is held by the
  // others alone.
  protocol::WorkerRecord unsaid;
  TransferTerms hasty = terms;
  hasty.limit_ns = std::min(hasty.limit_ns, half_put_wait_ns);
  std::optional<Visit> storing;
  if (put) send_half(storing.emplace(hasty, put->link, unsaid), *put);
  Visit second(terms, links.half, record);
  Visit first(terms, links.silent, record);
  if (!first.ask({}) || !second.ask(request.substr(0, request.size() / 2))) return;
  // Who looks whether a header is there without taking its bytes is told again and again that there are some.
  constexpr std::size_t part_of_header = 3;
  Visit begun(hasty, links.begun, unsaid);
  begun.ask(request.substr(0, part_of_header));
  // An event for the FIN that nobody takes comes again and again while the server cannot send on.
  hasty.receive_buffer_bytes = deaf_buffer_bytes;
  Visit third(hasty, links.deaf, unsaid);
  if (third.ask(request)) links.deaf.socket().end_sending();
  const std::int64_t until_ns = now_ns() + hold_ns;
  const bool first_ended = ended(links.silent.socket().wait_for_end(until_ns));
  const bool second_ended = ended(links.half.socket().wait_for_end(until_ns));
  if (first_ended) record.detail = "the server closed the silent connection";
  if (second_ended)
    record.detail += fmt::format("{}the server closed the connection with half a request",
                                 record.detail.empty() ? "" : "; ");
  sleep_until_ns(until_ns);
}

std::string missing_name(std::uint32_t client, std::uint64_t counter) {
  return fmt::format("no-such-file-c{}-{}", client, counter);
}

}  // namespace bftp::client::worker
