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
using protocol::Request;

namespace {

/// What one read takes at the most while it looks for the end of a request: it fits, and of an upload that
/// follows only this much is copied twice.
constexpr std::size_t request_look_ahead_bytes = 4096;

/// Serves one connection. Every function returns false when the connection is over.
class Conversation {
 public:
  Conversation(Connection& connection, const Front& front, const ServingLimits& limits)
      : connection_(connection), dialect_(front.dialect), service_(front.service), limits_(limits) {
    session_.socket = connection.fd();
    service_.opened(session_);
  }
  ~Conversation() { service_.closed(session_); }
  Conversation(const Conversation&) = delete;
  Conversation& operator=(const Conversation&) = delete;

  bool serve_next(Idleness& idleness) {
    auto answer = next_answer(idleness);
    if (!answer) return false;
    const bool goes_on = deliver(std::move(*answer));
    exchange_.complete = goes_on || ended_in_order_;
    service_.finished(exchange_, session_);
    return goes_on;
  }

 private:
  Deadline deadline() const { return Deadline::after(limits_.idle); }

  /// The answer to the next request; nothing when the client has closed, or says too little for too long. A
  /// tentative request that is refused is none yet, see Asked.
  std::optional<Answer> next_answer(Idleness& idleness) {
    bool in_parts = false;
    for (;;) {
      auto asked = receive_request(idleness, in_parts);
      if (!asked) return std::nullopt;
      auto answer = answer_to(*asked);
      if (asked->kind == Asked::Kind::complete || answer.reply.ok) {
        connection_.push_back(std::string_view(input_).substr(asked->bytes));
        input_.clear();
        return answer;
      }
      in_parts = true;
    }
  }

  /// `in_parts`: the input so far was tried already, so that only more of it, or a pause, make a request.
  std::optional<Asked> receive_request(Idleness& idleness, bool in_parts) {
    if (!idleness.begin()) {
      // A request that lies unread would turn the close into RST, which overtakes the last answer.
      say_farewell(connection_);
      return std::nullopt;
    }
    auto asked = hear(in_parts);
    idleness.end();
    return asked;
  }

  std::optional<Asked> hear(bool in_parts) {
    const auto whole_by = deadline();
    for (auto after = Input::goes_on;;) {
      auto asked = input_.empty() ? Asked{} : dialect_.recognise(input_, after);
      const bool is_tried = in_parts && asked.kind == Asked::Kind::tentative;
      if (asked.kind != Asked::Kind::incomplete && !is_tried) return asked;
      if (after != Input::goes_on) return std::nullopt;
      const auto more = receive_more(is_tried ? Deadline::after(dialect_.pause()) : whole_by);
      if (!more) return std::nullopt;
      after = *more;
    }
  }

  /// Nothing: the connection is broken, or the deadline has passed where no pause was awaited.
  std::optional<Input> receive_more(const Deadline& until) {
    std::array<std::byte, request_look_ahead_bytes> block{};
    const auto got = connection_.receive_some(block, until);
    if (!got && got.error().kind == ErrorKind::deadline) return Input::pauses;
    if (!got) return std::nullopt;
    input_.append(reinterpret_cast<const char*>(block.data()), *got);
    return *got == 0 ? Input::ended : Input::goes_on;
  }

  Answer answer_to(Asked& asked) {
    exchange_ = Exchange{std::move(asked.request), 0, 0, true};
    manner_ = asked.manner;
    const auto* request = std::get_if<Request>(&exchange_.request);
    auto answer = request != nullptr ? service_.answer(*request, session_)
                                     : service_.refuse(std::get<Refusal>(exchange_.request), session_);
    return worked_out(std::move(answer));
  }

  static Answer worked_out(Answer answer) {
    while (answer.work) {
      auto work = std::move(answer.work);
      std::optional<Answer> known;
      while (!known) known = work->step();
      answer = std::move(*known);
    }
    return answer;
  }

  bool deliver(Answer answer) {
    fit(answer, manner_, dialect_);
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
    service_.frame(reply, {dialect_, manner_}, wire_);
    return send_wire();
  }

  bool send_with_body(const protocol::Reply& reply, Source& body) {
    wire_.clear();
    service_.frame(reply, {dialect_, manner_}, wire_);
    const auto region = body.region();
    if (!region || body.size() <= inline_body_max) return send_copy(body);
    const Cork cork(connection_.fd());
    return send_wire() && protocol::send_from_file(connection_, region->file, region->offset, body.size(),
                                                   limits_.idle, &exchange_.bytes);
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
      if (!send_wire()) return false;
      if (got == 0) return false;
      exchange_.bytes += got;
      wire_.clear();
    }
    return send_wire();
  }

  /// What stands before the wire_ may be megabytes of a file, in the kernel's buffer: a client that takes
  /// them slowly, but takes them, gets as long as it needs.
  bool send_wire() {
    std::uint64_t sent = 0;
    return static_cast<bool>(protocol::send_moving(connection_, wire_, limits_.idle, sent));
  }

  bool receive(Upload& upload) {
    // On the stack and not initialised: its pages stay mapped from one upload to the next.
    // NOLINTNEXTLINE(cppcoreguidelines-pro-type-member-init)
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
    return deliver(worked_out(upload.finish()));
  }

  Connection& connection_;
  const Dialect& dialect_;
  Service& service_;
  const ServingLimits& limits_;
  Session session_;
  Exchange exchange_;
  Manner manner_;
  std::string input_;  ///< received and not yet a request
  std::string wire_;
  bool ended_in_order_ = false;
};

}  // namespace

void serve_connection(Connection& connection, const Front& front, const ServingLimits& limits,
                      Idleness& idleness) {
  Conversation conversation(connection, front, limits);
  while (conversation.serve_next(idleness)) {
  }
}

void turn_away(Connection& connection, const Front& front) {
  std::string wire;
  frame_too_many_clients(front, wire);
  if (protocol::send_all(connection, wire, Deadline::after(farewell_wait))) say_farewell(connection);
}

void turn_away_at_once(Connection& connection, const Front& front) {
  std::string wire;
  frame_too_many_clients(front, wire);
  // What the client has asked already has to be read, or the close turns into a reset.
  std::array<std::byte, 4096> asked{};
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
