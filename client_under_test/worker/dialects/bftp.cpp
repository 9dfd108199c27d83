#include <fmt/format.h>

#include "client_under_test/worker/dialect.hpp"
#include "client_under_test/worker/guess.hpp"
#include "client_under_test/worker/message_answer.hpp"
#include "client_under_test/worker/printable.hpp"
#include "protocol/conversation.hpp"
#include "protocol/copy_words.hpp"
#include "protocol/request.hpp"

/// BFTP/1, clauses 1 and 2: messages with an eight digit header, replies OK and ERR.
namespace bftp::client::worker {

namespace {

Answer reply_of(std::string_view received, protocol::Reply& reply) {
  auto [answer, text] = message_answer(received, "bftp");
  if (answer.kind != Answer::Kind::ok) return answer;
  const auto parsed = protocol::parse_reply(text);
  if (!parsed) {
    return Answer::malform("the reply " + quoted(text, 64) + " is neither OK nor ERR (clause 2.2)" +
                           hint_of_dialect(received, "bftp"));
  }
  reply = *parsed;
  if (!reply.ok) {
    return Answer::refuse(fmt::format("the server answered ERR {} {}", reply.code, printable(reply.detail)));
  }
  return answer;
}

/// A reply whose detail, if it is a length, is worth knowing.
Answer plain_answer(std::string_view received) {
  protocol::Reply reply;
  Answer answer = reply_of(received, reply);
  if (answer.kind == Answer::Kind::ok) answer.size = protocol::parse_length(reply.detail);
  return answer;
}

std::string message(protocol::Verb verb, std::string_view path, std::uint64_t size = 0) {
  protocol::Request request;
  request.verb = verb;
  request.path = path;
  request.size = size;
  const std::string payload = protocol::encode_request(request);
  return protocol::encode_header(payload.size()) + payload;
}

/// The first KiB of a file, or what it has of that.
std::string range_message(std::string_view path) {
  protocol::Request request;
  request.verb = protocol::Verb::range;
  request.path = path;
  request.length = 1024;
  const std::string payload = protocol::encode_request(request);
  return protocol::encode_header(payload.size()) + payload;
}

class Bftp : public Dialect {
 public:
  std::string_view name() const override { return "bftp"; }

  std::string ask_get(const Asking& asking) const override {
    return message(protocol::Verb::get, asking.name);
  }

  Answer answer_to_get(std::string_view received, bool) const override {
    protocol::Reply reply;
    Answer answer = reply_of(received, reply);
    if (answer.kind != Answer::Kind::ok) return answer;
    answer.size = protocol::parse_length(reply.detail);
    const bool is_number = !reply.detail.empty() && reply.detail.front() != '0' &&
                           reply.detail.find_first_not_of("0123456789") == std::string::npos;
    if (!answer.size && is_number)
      return Answer::malform("OK to a GET is followed by the size " + quoted(reply.detail) + ", " +
                             std::string(protocol::larger_than_any_file) + " (clause 1.5)");
    if (!answer.size) {
      return Answer::malform("OK to a GET is followed by " + quoted(reply.detail) +
                             " where a decimal size is due (clause 4.1)");
    }
    return answer;
  }

  /// A verb that nobody has: ERR 405 of clause 2.2. A folder where a file is wanted: ERR 409 of clause 4.13;
  /// unlike a missing file it can be opened; by a name without a slash at its end, too. And a header that is
  /// none: ERR 400 and the end of the connection, clause 1.6.
  std::vector<std::string> ask_refused() const override {
    std::vector<std::string> requests;
    for (const std::string_view payload : {"FETCH nothing", "GET /", "GET ."})
      requests.push_back(protocol::encode_header(payload.size()) + std::string(payload));
    requests.emplace_back("zzzzzzzz");
    return requests;
  }

  /// Clauses 4.2, 5.1, 5.2 and 5.6.
  std::vector<OtherVerb> ask_others(const Asking& asking) const override {
    using protocol::Verb;
    return {{message(Verb::list, "/"), true},
            {message(Verb::size, asking.name), false},
            {range_message(asking.name), true},
            {message(Verb::hash, asking.name), false},
            {message(Verb::cd, "/"), false}};
  }
  Answer answer_to_other(const OtherVerb& verb, std::string_view received, bool ended) const override {
    return verb.has_content ? answer_to_get(received, ended) : plain_answer(received);
  }

  bool can_store() const override { return true; }
  std::string ask_put(const Asking& asking, std::uint64_t size) const override {
    return message(protocol::Verb::put, asking.name, size);
  }
  Answer answer_to_put(std::string_view received) const override { return plain_answer(received); }
  Answer answer_to_content(std::string_view received) const override { return plain_answer(received); }
  std::string ask_delete(const Asking& asking) const override {
    return message(protocol::Verb::del, asking.name);
  }
  Answer answer_to_delete(std::string_view received) const override { return plain_answer(received); }
};

const RegisterDialect registered_bftp(std::make_unique<Bftp>());

}  // namespace

}  // namespace bftp::client::worker
