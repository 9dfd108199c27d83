#include "server_under_test/serve_connection.hpp"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <thread>

#include "protocol/conversation.hpp"
#include "server_under_test/cork.hpp"
#include "server_under_test/farewell.hpp"

namespace bftp::server {

using protocol::Connection;
using protocol::Deadline;
using protocol::ErrorKind;
using protocol::Refusal;
using protocol::ReplyCode;
using protocol::Request;

namespace {

/// Serves one connection. Every function returns false when the connection is over.
class Conversation {
 public:
  Conversation(Connection& connection, Service& service, const ServingLimits& limits)
      : connection_(connection), service_(service), limits_(limits) {
    session_.socket = connection.fd();
    service_.opened(session_);
  }
  ~Conversation() { service_.closed(session_); }
  Conversation(const Conversation&) = delete;
  Conversation& operator=(const Conversation&) = delete;

  bool serve_next(Idleness& idleness) {
    if (!idleness.begin()) return false;
    const auto payload = protocol::receive_message(connection_, deadline());
    idleness.end();
    if (!payload) return refuse_header(payload.error());
    exchange_ = Exchange{protocol::parse_request(*payload), 0, 0, true};
    const auto* request = std::get_if<Request>(&exchange_.request);
    auto answer = request != nullptr ? service_.answer(*request, session_)
                                     : service_.refuse(std::get<Refusal>(exchange_.request), session_);
    const bool goes_on = deliver(std::move(answer));
    exchange_.complete = goes_on || ended_in_order_;
    service_.finished(exchange_, session_);
    return goes_on;
  }

 private:
  Deadline deadline() const { return Deadline::after(limits_.idle); }

  bool deliver(Answer answer) {
    while (answer.work) {
      auto work = std::move(answer.work);
      std::optional<Answer> known;
      while (!known) known = work->step();
      answer = std::move(*known);
    }
    exchange_.code = answer.reply.code;
    if (!(answer.body ? send_with_body(answer.reply, *answer.body) : send(answer.reply))) return false;
    if (answer.upload && !receive(*answer.upload)) return false;
    if (answer.ending == Ending::keep) return true;
    ended_in_order_ = true;
    answer.ending == Ending::reset ? reset_on_close(connection_.fd()) : say_farewell(connection_);
    return false;
  }

  bool send(const protocol::Reply& reply) {
    wire_.clear();
    service_.frame(reply, wire_);
    return static_cast<bool>(protocol::send_all(connection_, wire_, deadline()));
  }

  bool send_with_body(const protocol::Reply& reply, Source& body) {
    wire_.clear();
    service_.frame(reply, wire_);
    exchange_.bytes = body.size();
    const auto region = body.region();
    if (!region || body.size() <= inline_body_max) return send_copy(body);
    const Cork cork(connection_.fd());
    return protocol::send_all(connection_, wire_, deadline()) &&
           protocol::send_from_file(connection_, region->file, region->offset, body.size(), limits_.idle);
  }

  /// Sends the body as it is read, the first piece together with the reply.
  bool send_copy(Source& body) {
    std::uint64_t left = body.size();
    while (left > 0) {
      const auto reply_size = wire_.size();
      wire_.resize(reply_size +
                   static_cast<std::size_t>(std::min<std::uint64_t>(left, protocol::copy_buffer_size)));
      const auto got = body.read(std::as_writable_bytes(std::span(wire_)).subspan(reply_size));
      wire_.resize(reply_size + got);
      left -= std::min<std::uint64_t>(left, got);
      if (!wire_.empty() && !protocol::send_all(connection_, wire_, deadline())) return false;
      if (got == 0) return false;
      wire_.clear();
    }
    return wire_.empty() || static_cast<bool>(protocol::send_all(connection_, wire_, deadline()));
  }

  bool receive(Upload& upload) {
    // On the stack and not initialised: its pages stay mapped from one upload to the next.
    std::array<std::byte, protocol::copy_buffer_size> block;
    exchange_.bytes = 0;
    while (exchange_.bytes < upload.size()) {
      const auto wanted = std::min<std::uint64_t>(block.size(), upload.size() - exchange_.bytes);
      const auto got =
          connection_.receive_some(std::span(block).first(static_cast<std::size_t>(wanted)), deadline());
      if (!got || *got == 0) return false;
      upload.write(std::span(block).first(*got));
      exchange_.bytes += *got;
    }
    return deliver(upload.finish());
  }

  /// Clause 1.6; an end between messages, or silence, is simply the end.
  bool refuse_header(const protocol::Error& error) {
    Refusal why{ReplyCode::malformed, "malformed header"};
    if (error.kind == ErrorKind::too_long) why = {ReplyCode::too_long, "longer than 65536 bytes"};
    if (error.kind != ErrorKind::too_long && error.kind != ErrorKind::malformed) return false;
    auto answer = service_.refuse(why, session_);
    answer.ending = Ending::close;
    return deliver(std::move(answer));
  }

  Connection& connection_;
  Service& service_;
  const ServingLimits& limits_;
  Session session_;
  Exchange exchange_;
  std::string wire_;
  bool ended_in_order_ = false;
};

protocol::Reply too_many_clients() {
  return {.ok = false,
          .code = static_cast<std::uint16_t>(ReplyCode::too_many_clients),
          .detail = "too many clients"};
}

}  // namespace

void serve_connection(Connection& connection, Service& service, const ServingLimits& limits,
                      Idleness& idleness) {
  Conversation conversation(connection, service, limits);
  while (conversation.serve_next(idleness)) {
  }
}

void turn_away(Connection& connection, Service& service) {
  std::string wire;
  service.frame(too_many_clients(), wire);
  if (protocol::send_all(connection, wire, Deadline::after(farewell_wait))) say_farewell(connection);
}

void turn_away_at_once(Connection& connection, Service& service) {
  std::string wire;
  service.frame(too_many_clients(), wire);
  // What the client has asked already has to be read, or the close turns into a reset.
  std::array<std::byte, 4096> asked;
  static_cast<void>(::recv(connection.fd(), asked.data(), asked.size(), MSG_DONTWAIT));
  static_cast<void>(::send(connection.fd(), wire.data(), wire.size(), MSG_DONTWAIT | MSG_NOSIGNAL));
  connection.close();
}

protocol::UniqueFd accept_next(int listener) {
  for (;;) {
    protocol::UniqueFd client(::accept4(listener, nullptr, nullptr, SOCK_CLOEXEC));
    if (client || errno == EINVAL) return client;  // EINVAL: stop_listening()
    const bool short_of_something = errno == EMFILE || errno == ENFILE || errno == ENOBUFS || errno == ENOMEM;
    if (short_of_something) std::this_thread::sleep_for(std::chrono::milliseconds(10));
  }
}

void stop_listening(int listener) {
  ::shutdown(listener, SHUT_RDWR);
}

void prepare_listener(int listener) {
  const int on = 1;
  ::setsockopt(listener, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
}

}  // namespace bftp::server
