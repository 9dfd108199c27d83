#include "client_under_test/worker/put_transfer.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstring>

#include "client_under_test/worker/failure.hpp"
#include "client_under_test/worker/printable.hpp"

namespace bftp::client::worker {

using protocol::TransferError;

namespace {

/// Reads short answers one after the other; what follows an answer is kept for the next.
class AnswerReader {
 public:
  AnswerReader(Socket& socket, Scratch scratch) : socket_(socket), scratch_(scratch) {}

  std::string_view pending() const { return {reinterpret_cast<const char*>(scratch_.data()), used_}; }

  /// Reads until `judge` knows what the bytes are. The status is `done` then. `on_first_byte` is called when
  /// bytes come.
  template <class Judge, class OnBytes>
  Io read(Answer& answer, Judge judge, std::int64_t deadline_ns, OnBytes on_bytes) {
    while (true) {
      answer = judge(pending());
      if (answer.kind == Answer::Kind::ok) drop(answer.bytes);
      if (answer.kind != Answer::Kind::incomplete || used_ == scratch_.size()) return {};
      const Io io = socket_.receive(scratch_.subspan(used_), deadline_ns);
      if (io.status != IoStatus::done) return io;
      on_bytes();
      used_ += io.bytes;
    }
  }

 private:
  void drop(std::size_t bytes) {
    std::memmove(scratch_.data(), scratch_.data() + bytes, used_ - bytes);
    used_ -= bytes;
  }

  Socket& socket_;
  Scratch scratch_;
  std::size_t used_ = 0;
};

class PutTransfer {
 public:
  PutTransfer(const TransferTerms& terms, Link& link, std::string_view request, const LocalFile& local,
              Scratch scratch, Stopwatch& watch, protocol::WorkerRecord& record)
      : terms_(terms),
        link_(link),
        request_(request),
        local_(local),
        watch_(watch),
        record_(record),
        reader_(link.socket(), scratch) {}

  /// True if the server acknowledged the file.
  bool run() {
    if (!open_link(terms_, link_, watch_, record_) || !announce() || !send_content() || !acknowledged())
      return false;
    record_.transfer_ns = watch_.elapsed_ns(now_ns());
    return true;
  }

 private:
  bool announce() {
    const Io io = link_.socket().send(request_, deadline_ns());
    if (io.status != IoStatus::done && io.status != IoStatus::reset) {
      fail_io(record_, io, "while the request was sent", terms_.wait_max_ns());
      return false;
    }
    if (!heard([this](std::string_view bytes) { return terms_.dialect.answer_to_put(bytes); },
               "before its first OK")) {
      return false;
    }
    if (reader_.pending().empty() || local_.bytes().empty()) return true;
    fail(record_, TransferError::malformed_reply,
         "the server sent " + quoted(reader_.pending()) + " after its first OK, before any content had come");
    return false;
  }

  bool send_content() {
    const Io io = link_.socket().send_file(local_.fd(), local_.bytes().size(), [this](std::uint64_t sent) {
      return terms_.deadline_ns(watch_, sent);
    });
    record_.bytes = io.bytes;
    if (io.status == IoStatus::done) return true;
    // Clause 4.12: a server that cannot finish may have answered ERR before it closed.
    if (io.status == IoStatus::reset) hear_last_word();
    fail_io(record_, io,
            fmt::format("after {} of {} were sent", io.bytes, count_bytes(local_.bytes().size())),
            terms_.limit_ns);
    return false;
  }

  bool acknowledged() {
    if (!heard([this](std::string_view bytes) { return terms_.dialect.answer_to_content(bytes); },
               "before its OK for the whole content")) {
      return false;
    }
    if (answer_.size && *answer_.size != local_.bytes().size()) {
      fail(record_, TransferError::wrong_size,
           fmt::format("the server acknowledged {} of {} sent", *answer_.size,
                       count_bytes(local_.bytes().size())));
      return false;
    }
    if (reader_.pending().empty()) return true;
    fail(record_, TransferError::too_long,
         "the server sent " + quoted(reader_.pending()) + " after its last OK");
    return false;
  }

  template <class Judge>
  bool heard(Judge judge, const char* when) {
    const Io io = reader_.read(answer_, judge, deadline_ns(), [this] {
      if (!record_.first_byte_ns) record_.first_byte_ns = watch_.elapsed_ns(now_ns());
    });
    if (io.status != IoStatus::done) {
      fail_io(record_, io, when, terms_.wait_max_ns());
    } else if (answer_.kind == Answer::Kind::refused) {
      fail(record_, TransferError::refused, answer_.text);
    } else if (answer_.kind != Answer::Kind::ok) {
      fail(record_, TransferError::malformed_reply,
           answer_.text.empty() ? "an endless answer" : answer_.text);
    }
    return record_.error == TransferError::none;
  }

  void hear_last_word() {
    const auto judge = [this](std::string_view bytes) {
      return terms_.dialect.answer_to_content(bytes);
    };
    const Io io = reader_.read(answer_, judge, deadline_ns(), [] {});
    if (io.status == IoStatus::done && answer_.kind == Answer::Kind::refused) {
      fail(record_, TransferError::refused, answer_.text);
    }
  }

  std::int64_t deadline_ns() const { return terms_.deadline_ns(watch_, record_.bytes); }

  const TransferTerms& terms_;
  Link& link_;
  std::string_view request_;
  const LocalFile& local_;
  Stopwatch& watch_;
  protocol::WorkerRecord& record_;
  AnswerReader reader_;
  Answer answer_;
};

}  // namespace

bool put_transfer(const TransferTerms& terms, Link& link, std::string_view request, const LocalFile& local,
                  Scratch scratch, Stopwatch& watch, protocol::WorkerRecord& record) {
  const bool stored = PutTransfer(terms, link, request, local, scratch, watch, record).run();
  watch.stop();
  if (stored) {
    settle_link(terms, link, true, record);
  } else {
    link.socket().close();
  }
  return stored;
}

std::string delete_stored(const TransferTerms& terms, Link& link, const std::string& name, Scratch scratch) {
  protocol::WorkerRecord record;
  const auto deadline_ns = now_ns() + terms.limit_ns;
  Stopwatch watch;
  watch.start(now_ns());
  if (!open_link(terms, link, watch, record)) return record.detail;
  const Io sent =
      link.socket().send(terms.dialect.ask_delete({name, link.text(), terms.lasting}), deadline_ns);
  if (sent.status != IoStatus::done) fail_io(record, sent, "while DELETE was sent", terms.limit_ns);
  AnswerReader reader(link.socket(), scratch);
  Answer answer;
  const auto judge = [&](std::string_view bytes) {
    return terms.dialect.answer_to_delete(bytes);
  };
  const Io heard = reader.read(answer, judge, deadline_ns, [] {});
  if (heard.status != IoStatus::done) fail_io(record, heard, "before its answer to DELETE", terms.limit_ns);
  if (heard.status == IoStatus::done && answer.kind != Answer::Kind::ok) {
    fail(record, TransferError::refused, answer.text);
  }
  settle_link(terms, link, answer.kind == Answer::Kind::ok, record);
  return record.detail;
}

std::string put_name(std::string_view tag, std::uint32_t client, std::uint64_t counter,
                     std::string_view fixture) {
  constexpr std::size_t name_max_bytes = 255;
  std::string name = fmt::format("put-{}{}c{}-{}-{}", tag, tag.empty() ? "" : "-", client, counter, fixture);
  std::replace(name.begin(), name.end(), '/', '_');
  if (name.size() <= name_max_bytes) return name;
  std::size_t cut = name_max_bytes;
  while (cut > 0 && (static_cast<unsigned char>(name[cut]) & 0xc0) == 0x80) --cut;
  name.resize(cut);
  return name;
}

}  // namespace bftp::client::worker
