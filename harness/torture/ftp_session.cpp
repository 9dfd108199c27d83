#include "harness/torture/ftp_session.hpp"

#include <fmt/format.h>

#include <cassert>

namespace bftp::torture {

using protocol::Error;
using protocol::ErrorKind;

namespace {

constexpr std::size_t reply_bytes_max = 64u << 10;
constexpr std::size_t data_bytes_max = 64u << 20;

FtpReply lost(FtpReply::Lost how, std::string text = {}) {
  FtpReply reply;
  reply.text = std::move(text);
  reply.lost = how;
  return reply;
}

FtpReply lost(const Error& error) {
  return lost(error.kind == ErrorKind::deadline ? FtpReply::Lost::silent : FtpReply::Lost::reset);
}

}  // namespace

protocol::Result<void> FtpSession::connect() {
  visit_.log.is_a_dialogue();
  auto wire = visit_.network.connect(visit_.patience);
  if (!wire) return wire.error();
  control_ = std::make_unique<LoggedWire>(std::move(*wire), visit_);
  return {};
}

FtpReply FtpSession::enter() {
  auto last = reply();
  if (last.code == 120) last = reply();  // "ready in nnn minutes"
  if (!last.is(2)) return last;
  const bool has_user = !visit_.login.user.empty();
  last = ask("USER " + (has_user ? visit_.login.user : "anonymous"));
  if (last.is(3)) {
    const std::string pass = "PASS " + (has_user ? visit_.login.password : "bftp-torture@") + "\r\n";
    static_cast<void>(control_->send_secret(pass, has_user ? "PASS ***\r\n" : pass, visit_.patience));
    last = reply();
  }
  return last.is(2) ? ask("TYPE I") : last;
}

void FtpSession::send(std::string_view bytes) {
  assert(control_ != nullptr);
  // Where that fails, the server may have said why, or the next reply says how the connection ended.
  static_cast<void>(control_->send(bytes, visit_.patience));
}

FtpReply FtpSession::ask(std::string_view command) {
  send(std::string(command) + "\r\n");
  return reply();
}

FtpReply FtpSession::reply() {
  assert(control_ != nullptr);
  for (;;) {
    auto found = ftp_reply_at(received_);
    if (found.code != 0) received_.erase(0, found.text.size());
    if (found.code != 0 || found.lost != FtpReply::Lost::no) return found;
    if (received_.size() > reply_bytes_max) return lost(FtpReply::Lost::nonsense, received_);
    const auto got = control_->receive(visit_.patience);
    if (!got) return lost(got.error());
    if (got->empty())
      return received_.empty() ? lost(FtpReply::Lost::closed)
                               : lost(FtpReply::Lost::nonsense, std::exchange(received_, {}));
    received_ += *got;
  }
}

FtpReply FtpSession::open_data() {
  data_.reset();
  auto answer = ask("PASV");
  if (answer.refuses()) answer = ask("EPSV");
  if (!answer.is(2)) return answer;
  const auto port = ftp_data_port(answer);
  if (!port) return lost(FtpReply::Lost::nonsense, answer.text);
  auto wire = visit_.network.connect_beside(*port, visit_.patience);
  if (!wire) {
    note(fmt::format("no data connection to port {}: {}", *port, escaped(wire.error().message, 200)));
    return lost(wire.error());
  }
  note(fmt::format("made a data connection to port {}", *port));
  data_ = std::move(*wire);
  return answer;
}

FtpReply FtpSession::take_data() {
  if (!data_) return lost(FtpReply::Lost::closed);
  FtpReply taken;
  for (;;) {
    const auto got = data_->receive(visit_.patience);
    const std::string progress = fmt::format("{} bytes on the data connection", taken.text.size());
    if (!got) {
      auto end = lost(got.error());
      note(fmt::format("{}, then {}", progress,
                       end.lost == FtpReply::Lost::silent ? "silence" : "it was reset (RST)"));
      data_.reset();
      return end;
    }
    taken.text += *got;
    visit_.log.moved(visit_.network.now(), 0, got->size());
    if (!got->empty() && taken.text.size() < data_bytes_max) continue;
    note(progress + ", then its end");
    data_.reset();
    return taken;
  }
}

FtpSession::Transfer FtpSession::begin(std::string_view command) {
  Transfer transfer;
  transfer.reply = open_data();
  if (!transfer.reply.is(2)) return transfer;
  transfer.reply = ask(command);
  transfer.has_begun = transfer.reply.is(1);
  if (!transfer.has_begun) data_.reset();
  return transfer;
}

FtpSession::Transfer FtpSession::store(std::string_view command, std::string_view content) {
  auto transfer = begin(command);
  if (!transfer.has_begun) return transfer;
  const auto sent = data_->send(content, visit_.patience);
  if (sent) visit_.log.moved(visit_.network.now(), content.size(), 0);
  note(sent ? fmt::format("sent {} bytes on the data connection and closed it", content.size())
            : "the data connection took not all");
  data_.reset();
  transfer.reply = reply();
  return transfer;
}

FtpSession::Transfer FtpSession::fetch(std::string_view command) {
  auto transfer = begin(command);
  if (!transfer.has_begun) return transfer;
  auto data = take_data();
  if (data.lost == FtpReply::Lost::no) {
    transfer.data = std::move(data.text);
    transfer.reply = reply();
  } else {
    transfer.reply = std::move(data);
  }
  return transfer;
}

void FtpSession::note(const std::string& text) {
  visit_.log.said(visit_.network.now(), text);
}

}  // namespace bftp::torture
