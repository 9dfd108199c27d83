#include "client_under_test/worker/ftp_exchange.hpp"

#include <fmt/format.h>

#include "client_under_test/worker/failure.hpp"
#include "client_under_test/worker/ftp_control.hpp"
#include "client_under_test/worker/printable.hpp"

namespace bftp::client::worker {

using protocol::TransferError;
using protocol::WorkerRecord;

namespace {

class FtpExchange final : public Exchange {
 public:
  FtpExchange(const TransferTerms& terms, Link& link) : terms_(terms), control_(terms, link) {}

  void prepare_get(std::string_view name) override { command_ = fmt::format("RETR {}\r\n", name); }
  bool get(const protocol::WorkerFixture& fixture, Intake& intake, Stopwatch& watch,
           WorkerRecord& record) override {
    Socket data;
    const bool whole = begin(data, terms_.receive_buffer_bytes, watch, record) &&
                       fetch(data, fixture, intake, watch, record);
    watch.stop();
    intake.finish();
    record.bytes = intake.content_bytes();
    settle(record);
    return whole;
  }

  void prepare_put(std::string_view name, std::uint64_t) override {
    command_ = fmt::format("STOR {}\r\n", name);
  }
  bool put(const LocalFile& local, Scratch, Stopwatch& watch, WorkerRecord& record) override {
    Socket data;
    const bool stored =
        begin(data, terms_.receive_buffer_bytes, watch, record) && store(data, local, watch, record);
    watch.stop();
    settle(record);
    return stored;
  }

  std::string remove(const std::string& name, Scratch) override {
    WorkerRecord record;
    Stopwatch watch;
    watch.start(now_ns());
    if (control_.enter(watch, record)) {
      const auto reply = control_.ask("DELE " + name + "\r\n", watch, record);
      if (reply) FtpControl::accept(*reply, 2, "DELE", record);
    }
    settle(record);
    return record.error == TransferError::none ? std::string() : record.detail;
  }

  void stall(std::int64_t hold_ns, WorkerRecord& record) override {
    constexpr int small_buffer_bytes = 4096;
    Stopwatch watch;
    watch.start(now_ns());
    record.start_ns = watch.counts_from_ns();
    Socket data;
    if (begin(data, small_buffer_bytes, watch, record)) hold(data, hold_ns, watch, record);
    control_.leave(false);
  }

  void drop_if_stale() override { control_.drop_if_stale(); }

 private:
  std::int64_t deadline_ns(const Stopwatch& watch) const { return terms_.deadline_ns(watch); }

  /// Up to the server's word that the data will come or may go.
  bool begin(Socket& data, int receive_buffer_bytes, Stopwatch& watch, WorkerRecord& record) {
    if (!control_.enter(watch, record) || !control_.open_data(data, receive_buffer_bytes, watch, record))
      return false;
    const auto reply = control_.ask(command_, watch, record);
    return reply && FtpControl::accept(*reply, 1, verb(), record);
  }

  bool fetch(Socket& data, const protocol::WorkerFixture& fixture, Intake& intake, Stopwatch& watch,
             WorkerRecord& record) {
    intake.content_begins(0, {});
    Io io;
    Excess excess(fixture.size, terms_.patience);
    while (!excess.is_enough(now_ns())) {
      io = data.receive(intake.room(watch), excess.within(terms_.deadline_ns(watch, excess.wanted_bytes())));
      if (io.status != IoStatus::done) break;
      if (!record.first_byte_ns) record.first_byte_ns = watch.elapsed_ns(now_ns());
      intake.took(io.bytes);
      excess.took(intake.content_bytes(), false, now_ns());
      intake.digest_piece(watch);
    }
    const auto end_ns = now_ns();
    const std::uint64_t content = intake.content_bytes();
    const std::string progress = fmt::format("after {} of {}", content, count_bytes(fixture.size));
    if (excess.is_enough(end_ns)) {
      fail(record, TransferError::too_long,
           fmt::format("the fixture has {}; reading stopped after {}", count_bytes(fixture.size),
                       count_bytes(content)));
      return false;
    }
    if (io.status != IoStatus::closed) {
      fail_io(record, io, "that carries the data " + progress, terms_.wait_max_ns());
      return false;
    }
    data.close();
    if (!confirmed(progress, watch, record)) return false;
    record.transfer_ns = watch.elapsed_ns(end_ns);
    judge_size(content, fixture.size, progress, record);
    return true;
  }

  /// The close alone does not tell a whole file from a broken one: the reply does.
  bool confirmed(const std::string& progress, Stopwatch& watch, WorkerRecord& record) {
    const auto reply = control_.hear(fmt::format("before it confirmed {}", verb()), watch, record);
    if (!reply) return false;
    if (reply->is(2)) return true;
    fail(record, TransferError::closed_early,
         fmt::format("the server ended the data {} and answered {}", progress, printable(reply->line)));
    return false;
  }

  static void judge_size(std::uint64_t content, std::uint64_t size, const std::string& progress,
                         WorkerRecord& record) {
    if (content < size)
      fail(record, TransferError::closed_early, "the server closed the data connection " + progress);
    if (content > size)
      fail(record, TransferError::too_long,
           fmt::format("the server sent {}, the fixture has {}", count_bytes(content), size));
  }

  bool store(Socket& data, const LocalFile& local, Stopwatch& watch, WorkerRecord& record) {
    const std::string size = count_bytes(local.bytes().size());
    const Io io = data.send_file(local.fd(), local.bytes().size(),
                                 [&](std::uint64_t sent) { return terms_.deadline_ns(watch, sent); });
    record.bytes = io.bytes;
    const std::string progress = fmt::format("after {} of {} were sent", io.bytes, size);
    if (io.status == IoStatus::deadline || io.status == IoStatus::local) {
      fail_io(record, io, progress, terms_.limit_ns);
      return false;
    }
    data.close();
    // A server that broke the connection off may say why.
    if (!confirmed(progress, watch, record)) return false;
    if (io.status != IoStatus::done) {
      fail_io(record, io, progress, terms_.limit_ns);
      return false;
    }
    record.transfer_ns = watch.elapsed_ns(now_ns());
    return true;
  }

  void hold(Socket& data, std::int64_t hold_ns, Stopwatch& watch, WorkerRecord& record) {
    std::array<std::byte, 1024> little{};
    const Io first = data.receive(little, deadline_ns(watch));
    record.bytes = first.bytes;
    if (first.status == IoStatus::closed) return;  // an empty file
    if (first.status != IoStatus::done) return fail_io(record, first, "before its data", terms_.limit_ns);
    const Io end = data.wait_for_end(now_ns() + hold_ns);
    // The close is the file's end; a file that fits into the buffers comes to it.
    if (end.status == IoStatus::closed || end.status == IoStatus::deadline) return;
    fail_io(record, end, "while the client had stopped reading", terms_.limit_ns);
  }

  void settle(const WorkerRecord& record) {
    const bool well = record.error == TransferError::none;
    if (!well || !terms_.lasting) control_.leave(well);
  }

  std::string_view verb() const { return std::string_view(command_).substr(0, 4); }

  const TransferTerms& terms_;
  FtpControl control_;
  std::string command_;
};

}  // namespace

std::unique_ptr<Exchange> make_ftp_exchange(const TransferTerms& terms, Link& link) {
  return std::make_unique<FtpExchange>(terms, link);
}

}  // namespace bftp::client::worker
