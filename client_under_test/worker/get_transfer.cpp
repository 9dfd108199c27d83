#include "client_under_test/worker/get_transfer.hpp"

#include <fmt/format.h>

#include "client_under_test/worker/failure.hpp"
#include "client_under_test/worker/guess.hpp"
#include "client_under_test/worker/printable.hpp"

namespace bftp::client::worker {

using protocol::TransferError;

bool open_link(const TransferTerms& terms, Link& link, const Stopwatch& watch,
               protocol::WorkerRecord& record) {
  if (link.socket().is_open()) return true;
  if (!link.unresolved().empty()) {
    fail(record, TransferError::local, link.unresolved());
    return false;
  }
  const auto from = now_ns();
  const Io io = link.open(terms.receive_buffer_bytes, terms.deadline_ns(watch));
  if (io.status == IoStatus::done) {
    record.connect_ns = now_ns() - from;
    return true;
  }
  if (io.status == IoStatus::untrusted) {
    // For whoever runs us to settle: the server may be as good as any.
    fail(record, TransferError::local,
         fmt::format("the certificate of {} does not verify: {} (--ca-file FILE names whom to trust)",
                     link.text(), link.socket().complaint()));
  } else if (io.status == IoStatus::garbled) {
    fail(record, TransferError::malformed_reply,
         fmt::format("no TLS handshake with {}: {}", link.text(), link.socket().complaint()));
  } else if (io.status == IoStatus::closed || io.status == IoStatus::truncated) {
    fail(record, TransferError::closed_early,
         fmt::format("{} closed the connection in the TLS handshake", link.text()));
  } else {
    fail_connect(record, io, link.text(), terms.wait_max_ns());
  }
  return false;
}

void settle_link(const TransferTerms& terms, Link& link, bool stays_open, protocol::WorkerRecord& record) {
  if (!link.socket().is_open()) return;
  const Io io = link.socket().peek();
  if (io.status == IoStatus::done) {
    fail(record, TransferError::too_long, "the server sent more bytes after the end of its answer");
  }
  const bool silent = io.status == IoStatus::deadline;
  if (!terms.lasting || !stays_open || !silent || record.error != TransferError::none) link.socket().close();
}

void GetTransfer::run(std::string_view request) {
  if (ask(request)) receive();
  // First of all, so that a server which serves one connection after the other is not kept waiting for the
  // close by what only we need to know.
  look_behind();
  watch_.stop();
  intake_.finish();
  record_.bytes = answer_.size ? std::min(intake_.content_bytes(), *answer_.size) : intake_.content_bytes();
}

std::int64_t GetTransfer::deadline_ns() const {
  return excess_.within(terms_.deadline_ns(watch_, excess_.wanted_bytes()));
}

bool GetTransfer::ask(std::string_view request) {
  if (!open_link(terms_, link_, watch_, record_)) return false;
  const Io io = link_.socket().send(request, deadline_ns());
  if (io.status == IoStatus::done) return true;
  // A server that says why it hangs up before it has read the request deserves to be heard.
  if (io.status == IoStatus::reset) return true;
  fail_io(record_, io, "while the request was sent", terms_.wait_max_ns());
  return false;
}

void GetTransfer::receive() {
  bool answered = false;
  while (true) {
    const Io io = link_.socket().receive(intake_.room(watch_), deadline_ns());
    const bool came_too_much = intake_.content_bytes() > fixture_.size && excess_.is_enough(now_ns());
    if (io.status == IoStatus::deadline && came_too_much) return complete();
    if (io.status != IoStatus::done) return end_of_stream(io);
    if (!record_.first_byte_ns) record_.first_byte_ns = watch_.elapsed_ns(now_ns());
    intake_.took(io.bytes);
    if (!answered) {
      answered = judge_answer(false);
      if (record_.error != TransferError::none && !answered) return;
      if (!answered) continue;
    }
    if (answer_.chunked) intake_.decode([this](auto bytes) { return chunks_.decode(bytes); }, watch_);
    excess_.took(intake_.content_bytes(), record_.error == TransferError::wrong_size, now_ns());
    if (is_complete()) return complete();
    intake_.digest_piece(watch_);
  }
}

/// True once the answer is over and its content may come. A refusal or nonsense is in the record then.
bool GetTransfer::judge_answer(bool ended) {
  answer_ = terms_.dialect.answer_to_get(intake_.answer(), ended);
  switch (answer_.kind) {
    case Answer::Kind::incomplete:
      return false;
    case Answer::Kind::refused:
      fail(record_, TransferError::refused, answer_.text);
      return false;
    case Answer::Kind::malformed:
      fail(record_, TransferError::malformed_reply, answer_.text);
      return false;
    case Answer::Kind::ok:
      break;
  }
  intake_.content_begins(answer_.bytes, answer_.size);
  if (answer_.size && *answer_.size != fixture_.size) {
    fail(record_, TransferError::wrong_size,
         fmt::format("the server announced {}, the fixture has {}", count_bytes(*answer_.size),
                     fixture_.size));
  }
  return true;
}

bool GetTransfer::is_complete() const {
  const std::uint64_t content = intake_.content_bytes();
  const bool ended = answer_.size ? content >= *answer_.size
                                  : answer_.chunked && (chunks_.ended() || !chunks_.complaint().empty());
  return ended || excess_.is_enough(now_ns());
}

void GetTransfer::complete() {
  record_.transfer_ns = watch_.elapsed_ns(now_ns());
  const std::uint64_t content = intake_.content_bytes();
  if (answer_.size && content >= *answer_.size) {
    whole_ = true;
    if (content > *answer_.size) {
      fail(
          record_, TransferError::too_long,
          fmt::format("{} came after the {} announced", count_bytes(content - *answer_.size), *answer_.size));
    }
    return;
  }
  if (answer_.chunked && chunks_.ended()) return complete_chunked(content);
  record_.transfer_ns.reset();
  if (!chunks_.complaint().empty()) {
    return fail(record_, TransferError::malformed_reply,
                fmt::format("in the chunked coding, after {} of content, {}", count_bytes(content),
                            chunks_.complaint()));
  }
  const std::string stopped = fmt::format("reading stopped after {}", count_bytes(content));
  if (answer_.size) {
    record_.detail += "; " + stopped;
  } else {
    fail(record_, TransferError::too_long,
         fmt::format("the fixture has {}; {}", count_bytes(fixture_.size), stopped));
  }
}

/// A chunked content announces no size, so that a wrong one shows at its end.
void GetTransfer::complete_chunked(std::uint64_t content) {
  whole_ = true;
  if (content != fixture_.size) {
    fail(
        record_, TransferError::wrong_size,
        fmt::format("the server sent {} in chunks, the fixture has {}", count_bytes(content), fixture_.size));
  }
  if (chunks_.bytes_behind() > 0) {
    fail(record_, TransferError::too_long,
         fmt::format("{} came behind the last chunk", count_bytes(chunks_.bytes_behind())));
  }
}

void GetTransfer::end_of_stream(const Io& io) {
  const bool closed = io.status == IoStatus::closed;
  const bool had_answer = answer_.kind == Answer::Kind::ok;
  if (closed && !had_answer && !judge_answer(true)) {
    return fail_io(record_, io, progress(), terms_.wait_max_ns());
  }
  if (!closed || !answer_.ends_with_connection()) {
    if (record_.error == TransferError::wrong_size) record_.detail += "; it ended " + progress();
    if (closed && had_answer && answer_.chunked && intake_.content_bytes() == fixture_.size)
      return fail(
          record_, TransferError::closed_early,
          "the server closed the connection after the whole content, but without the last chunk, \"0\" and "
          "an empty line (RFC 9112, 7.1)");
    return fail_io(record_, io, progress(), terms_.wait_max_ns());
  }
  const std::uint64_t content = intake_.content_bytes();
  if (content == 0 && fixture_.size > 0 && !terms_.dialect.silent_refusal().empty())
    return fail(record_, TransferError::refused, std::string(terms_.dialect.silent_refusal()));
  record_.transfer_ns = watch_.elapsed_ns(now_ns());
  whole_ = true;
  if (content < fixture_.size)
    fail(record_, TransferError::closed_early,
         "the server closed the connection " + progress() + hint_of_content());
  if (content > fixture_.size) {
    fail(record_, TransferError::too_long,
         fmt::format("the server sent {} before it closed, the fixture has {}", count_bytes(content),
                     fixture_.size));
  }
}

/// What a content that is no copy looks like, where nothing but the close could tell.
std::string GetTransfer::hint_of_content() const {
  const auto kept = intake_.kept();
  return hint_of_dialect({reinterpret_cast<const char*>(kept.data()), kept.size()}, terms_.dialect.name());
}

std::string GetTransfer::progress() const {
  if (answer_.kind == Answer::Kind::ok) {
    return fmt::format("after {} of {}", intake_.content_bytes(),
                       count_bytes(answer_.size.value_or(fixture_.size)));
  }
  if (!record_.first_byte_ns) return "before the first byte of its answer";
  return "within its answer, after " + quoted(intake_.answer());
}

void GetTransfer::look_behind() {
  // A connection that ends with the content has nothing to look at.
  const bool stays_open =
      answer_.kind == Answer::Kind::ok && answer_.stays_open && !answer_.ends_with_connection();
  if (whole_ && answer_.ends_with_connection()) link_.socket().close();
  if (record_.error == TransferError::none) {
    settle_link(terms_, link_, stays_open, record_);
  } else {
    link_.socket().close();
  }
}

}  // namespace bftp::client::worker
