#include "client_under_test/people/remote.hpp"

#include <sys/socket.h>

#include <algorithm>
#include <cassert>
#include <cerrno>

#include "client_under_test/people/commands.hpp"
#include "client_under_test/people/interrupt.hpp"
#include "client_under_test/people/patience.hpp"

namespace bftp::client::people {

using protocol::Request;
using protocol::Verb;

namespace {

Request request_for(Verb verb, std::string path) {
  Request request;
  request.verb = verb;
  request.path = std::move(path);
  return request;
}

/// Clause 5.1: 405. Servers that know no verb but their own say 400.
bool is_unknown_verb(const Failure& failure) {
  return failure.cause == Cause::refused && (failure.code == 405 || failure.code == 400);
}

/// A word that is no command is taken for a host: one that is neither may have been meant as either.
std::string or_command(std::string_view host) {
  const auto near = nearest_command(host);
  return near ? "; did you mean the command " + *near + "?" : "; nor is that a command";
}

std::set<std::string> words_of(std::string_view detail) {
  std::set<std::string> words;
  while (!detail.empty()) {
    const auto space = std::min(detail.find(' '), detail.size());
    words.emplace(detail.substr(0, space));
    detail.remove_prefix(std::min(space + 1, detail.size()));
  }
  return words;
}

}  // namespace

Outcome<Remote> Remote::connect(const protocol::Endpoint& endpoint, const Waits& waits) {
  auto connection = protocol::connect_to(endpoint, protocol::Deadline::after(waits.connect),
                                         {.may_connect = watch_for_interrupt});
  if (!connection) {
    auto failure = connection_failure(connection.error());
    if (connection.error().kind == protocol::ErrorKind::not_found)
      failure.message += or_command(endpoint.host);
    return failure;
  }
  return Remote(std::move(*connection), waits);
}

bool Remote::is_usable() const {
  if (!is_open()) return false;
  char byte = 0;
  const ssize_t got = ::recv(connection_.fd(), &byte, 1, MSG_PEEK | MSG_DONTWAIT);
  return got > 0 || (got < 0 && (errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR));
}

std::string Remote::unread() const {
  // Nobody who reads here takes more than they were to: it is all in the socket.
  assert(connection_.pushed_back() == 0);
  std::string bytes(80, '\0');
  const ssize_t got = ::recv(connection_.fd(), bytes.data(), bytes.size(), MSG_PEEK | MSG_DONTWAIT);
  bytes.resize(got > 0 ? static_cast<std::size_t>(got) : 0);
  return bytes;
}

Failure Remote::out_of_step(const std::string& unread) {
  // A server that has no room for a client says so without being asked (clause 2.2, 503).
  if (!has_asked_) {
    const auto greeting = next_reply();
    close();
    if (!greeting) return greeting.error();
  }
  return broken({protocol::ErrorKind::malformed,
                 "the server is out of step, it has sent what nobody asked for: " + unread});
}

Failure Remote::broken(const protocol::Error& error) {
  close();
  return connection_failure(error);
}

Outcome<std::string> Remote::next_reply(protocol::Clock::duration work) {
  const auto payload = receive_message_patiently(connection_, waits_.idle + work, waits_.idle);
  if (!payload) return broken(payload.error());
  auto reply = protocol::parse_reply(*payload);
  if (!reply) {
    return broken({protocol::ErrorKind::malformed,
                   "the server's answer is neither OK nor ERR: " + payload->substr(0, 80)});
  }
  if (reply->ok) return std::move(reply->detail);
  return Failure{Cause::refused, std::to_string(reply->code) + " " + reply->detail, reply->code};
}

Outcome<std::string> Remote::ask(const Request& request, protocol::Clock::duration work) {
  if (!is_open()) return Failure{Cause::connection, "the connection is closed"};
  const auto payload = protocol::encode_request(request);
  if (payload.size() > protocol::message_size_max) return usage_failure("a path is too long for a message");
  if (const auto early = unread(); !early.empty()) return out_of_step(early);
  has_asked_ = true;
  if (auto sent = protocol::send_message(connection_, payload, patience()); !sent)
    return broken(sent.error());
  auto reply = next_reply(work);
  if (!reply && reply.error().cause == Cause::refused && !request.path.empty()) {
    return Failure{Cause::refused, request.path + ": " + reply.error().message, reply.error().code};
  }
  return reply;
}

Outcome<std::string> Remote::ask(Verb verb, std::string path) {
  return ask(request_for(verb, std::move(path)));
}

Outcome<std::uint64_t> Remote::ask_for_stream(const Request& request) {
  const auto detail = ask(request);
  if (!detail) return detail.error();
  if (const auto size = protocol::parse_length(*detail)) return *size;
  return broken({protocol::ErrorKind::malformed, "OK comes without the stream's size: " + *detail});
}

Outcome<std::vector<RemoteEntry>> Remote::list(const std::string& path) {
  const auto size = ask_for_stream(request_for(Verb::list, path));
  if (!size) return size.error();
  if (*size > listing_bytes_max)
    return broken({protocol::ErrorKind::too_long, "the listing is longer than 64 MiB"});
  const auto stream = receive_patiently(connection_, *size, waits_.idle);
  if (!stream) return broken(stream.error());
  auto entries = parse_listing(*stream);
  if (!entries) close();
  return entries;
}

Outcome<bool> Remote::has(Verb verb) {
  if (!features_) {
    const auto detail = ask(Verb::feat);
    if (!detail && !is_unknown_verb(detail.error())) return detail.error();
    features_ = detail ? words_of(*detail) : std::set<std::string>{};
  }
  return features_->contains(protocol::to_string(verb));
}

Outcome<std::optional<std::uint64_t>> Remote::size(const std::string& path) {
  const auto known = has(Verb::size);
  if (!known) return known.error();
  if (!*known) return std::optional<std::uint64_t>();
  const auto size = ask_size(path);
  if (!size) return size.error();
  return std::optional(*size);
}

Outcome<std::uint64_t> Remote::ask_size(const std::string& path) {
  const auto detail = ask(Verb::size, path);
  if (!detail) return detail.error();
  const auto size = protocol::parse_length(*detail);
  if (!size) return broken({protocol::ErrorKind::malformed, "SIZE answers no size: " + *detail});
  return *size;
}

Outcome<std::optional<protocol::Digest>> Remote::hash(const std::string& path, std::uint64_t bytes) {
  const auto known = has(Verb::hash);
  if (!known) return known.error();
  if (!*known) return std::optional<protocol::Digest>();
  const auto digest = ask_hash(path, bytes);
  if (!digest) return digest.error();
  return std::optional(*digest);
}

Outcome<protocol::Digest> Remote::ask_hash(const std::string& path, std::uint64_t bytes) {
  const auto detail = ask(request_for(Verb::hash, path), time_to_work_through(bytes));
  if (!detail) return detail.error();
  const auto digest = protocol::digest_from_hex(*detail);
  if (!digest) return broken({protocol::ErrorKind::malformed, "HASH answers no SHA-256: " + *detail});
  return *digest;
}

}  // namespace bftp::client::people
