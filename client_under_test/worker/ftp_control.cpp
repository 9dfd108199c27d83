#include "client_under_test/worker/ftp_control.hpp"

#include <arpa/inet.h>
#include <fmt/format.h>
#include <netinet/in.h>

#include <cstring>

#include "client_under_test/worker/failure.hpp"
#include "client_under_test/worker/guess.hpp"
#include "client_under_test/worker/printable.hpp"

namespace bftp::client::worker {

using protocol::TransferError;

namespace {

/// The verb of a command, for messages: never a password.
std::string_view verb_of(std::string_view command) {
  return command.substr(0, command.find_first_of(" \r"));
}

void set_port(Address& address, std::uint16_t port) {
  if (address.storage.ss_family == AF_INET6) {
    reinterpret_cast<sockaddr_in6*>(&address.storage)->sin6_port = htons(port);
  } else {
    reinterpret_cast<sockaddr_in*>(&address.storage)->sin_port = htons(port);
  }
}

bool is_same_host(const Address& address, const std::array<std::uint8_t, 4>& host) {
  const auto* v4 = reinterpret_cast<const sockaddr_in*>(&address.storage);
  return address.storage.ss_family == AF_INET && std::memcmp(&v4->sin_addr, host.data(), host.size()) == 0;
}

}  // namespace

bool FtpControl::enter(const Stopwatch& watch, protocol::WorkerRecord& record) {
  if (link_.socket().is_open()) return true;
  received_.clear();
  answered_ = 0;
  return open_link(terms_, link_, watch, record) && greet(watch, record) && log_in(watch, record);
}

bool FtpControl::greet(const Stopwatch& watch, protocol::WorkerRecord& record) {
  auto greeting = hear("before its greeting", watch, record);
  if (greeting && greeting->code == 120) greeting = hear("before its greeting", watch, record);
  return greeting && accept(*greeting, 2, "the connection", record);
}

bool FtpControl::log_in(const Stopwatch& watch, protocol::WorkerRecord& record) {
  const std::string user = terms_.user.empty() ? "anonymous" : terms_.user;
  auto reply = ask("USER " + user + "\r\n", watch, record);
  if (!reply) return false;
  if (reply->is(3)) {
    const std::string password = terms_.user.empty() ? "bftp-torture@" : terms_.password;
    reply = ask("PASS " + password + "\r\n", watch, record);
    if (!reply) return false;
  }
  if (!accept(*reply, 2, "the login of " + printable(user, 64), record)) return false;
  reply = ask("TYPE I\r\n", watch, record);
  return reply && accept(*reply, 2, "TYPE I", record);
}

bool FtpControl::open_data(Socket& data, int receive_buffer_bytes, const Stopwatch& watch,
                           protocol::WorkerRecord& record) {
  const auto port = passive_port(watch, record);
  if (!port) return false;
  Address to = link_.address();
  set_port(to, *port);
  const Io io = data.connect(to, receive_buffer_bytes, terms_.deadline_ns(watch));
  if (io.status == IoStatus::done) return true;
  fail_connect(record, io, fmt::format("the data connection's port {}", *port), terms_.wait_max_ns());
  return false;
}

std::optional<std::uint16_t> FtpControl::passive_port(const Stopwatch& watch,
                                                      protocol::WorkerRecord& record) {
  const bool v6 = link_.address().storage.ss_family == AF_INET6;
  if (!uses_epsv_ && !v6) {
    const auto reply = ask("PASV\r\n", watch, record);
    if (!reply) return std::nullopt;
    if (!reply->is(5)) return pasv_port(*reply, record);
    uses_epsv_ = true;
  }
  const auto reply = ask("EPSV\r\n", watch, record);
  if (!reply || !accept(*reply, 2, "EPSV", record)) return std::nullopt;
  const auto port = parse_epsv(reply->line);
  if (!port) {
    fail(record, TransferError::malformed_reply,
         "no (|||port|) in the answer to EPSV: " + quoted(reply->line, 80));
  }
  return port;
}

std::optional<std::uint16_t> FtpControl::pasv_port(const FtpReply& reply, protocol::WorkerRecord& record) {
  if (!accept(reply, 2, "PASV", record)) return std::nullopt;
  const auto address = parse_pasv(reply.line);
  if (!address) {
    fail(record, TransferError::malformed_reply,
         "no h1,h2,h3,h4,p1,p2 in the answer to PASV: " + quoted(reply.line, 80));
    return std::nullopt;
  }
  if (!is_same_host(link_.address(), address->host)) {
    const auto& h = address->host;
    record.detail = fmt::format(
        "PASV named the address {}.{}.{}.{}, which is not the control connection's; it was not followed",
        h[0], h[1], h[2], h[3]);
  }
  return address->port;
}

std::optional<FtpReply> FtpControl::ask(std::string_view command, const Stopwatch& watch,
                                        protocol::WorkerRecord& record) {
  const Io io = link_.socket().send(command, terms_.deadline_ns(watch));
  const std::string_view verb = verb_of(command);
  if (io.status != IoStatus::done && io.status != IoStatus::reset) {
    fail_io(record, io, fmt::format("while {} was sent", verb), terms_.wait_max_ns());
    return std::nullopt;
  }
  return hear(fmt::format("before its answer to {}", verb), watch, record);
}

std::optional<FtpReply> FtpControl::hear(std::string_view when, const Stopwatch& watch,
                                         protocol::WorkerRecord& record) {
  received_.erase(0, answered_);
  answered_ = 0;
  while (true) {
    const FtpReply reply = parse_ftp_reply(received_);
    answered_ = reply.bytes;
    if (reply.kind == FtpReply::Kind::reply) return reply;
    if (reply.kind == FtpReply::Kind::malformed || received_.size() > reply_max_bytes) {
      fail(record, TransferError::malformed_reply,
           "the reply begins with " + quoted(std::string_view(received_)) +
               " where three digits are due (RFC 959, 4.2)" + hint_of_dialect(received_, "ftp"));
      return std::nullopt;
    }
    constexpr std::size_t piece_bytes = 4096;
    const std::size_t used = received_.size();
    received_.resize(used + piece_bytes);
    const Io io = link_.socket().receive(std::as_writable_bytes(std::span(received_).subspan(used)),
                                         terms_.deadline_ns(watch));
    received_.resize(used + io.bytes);
    if (io.status != IoStatus::done) {
      fail_io(record, io, std::string(when), terms_.wait_max_ns());
      return std::nullopt;
    }
  }
}

bool FtpControl::accept(const FtpReply& reply, int hundred, std::string_view command,
                        protocol::WorkerRecord& record) {
  if (reply.is(hundred)) return true;
  const bool refused = reply.is(4) || reply.is(5) || (reply.is(3) && hundred == 2);
  fail(record, refused ? TransferError::refused : TransferError::malformed_reply,
       fmt::format("the server answered {} to {}", printable(reply.line), command));
  return false;
}

void FtpControl::leave(bool in_order) {
  if (!link_.socket().is_open()) return;
  if (in_order && !quit_unanswered_) {
    constexpr std::int64_t patience_ns = 1'000'000'000;
    const auto until_ns = now_ns() + patience_ns;
    std::array<std::byte, 512> farewell{};
    Io io = link_.socket().send("QUIT\r\n", until_ns);
    while (io.status == IoStatus::done) io = link_.socket().receive(farewell, until_ns);
    quit_unanswered_ = io.status == IoStatus::deadline;
  }
  link_.socket().close();
}

void FtpControl::drop_if_stale() {
  link_.drop_if_stale();
}

}  // namespace bftp::client::worker
