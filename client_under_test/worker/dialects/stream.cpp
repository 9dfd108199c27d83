#include "client_under_test/worker/dialect.hpp"
#include "client_under_test/worker/guess.hpp"
#include "client_under_test/worker/message_answer.hpp"
#include "client_under_test/worker/printable.hpp"
#include "protocol/conversation.hpp"
#include "protocol/request.hpp"

/// Clause 7.6: the name as a message; a message with the size in decimal, and a stream of that many bytes. A
/// refusal is a message `ERR code text`. The connection serves any number of files.
namespace bftp::client::worker {

namespace {

class Stream final : public Dialect {
 public:
  std::string_view name() const override { return "stream"; }

  std::string ask_get(const Asking& asking) const override {
    return protocol::encode_header(asking.name.size()) + std::string(asking.name);
  }

  Answer answer_to_get(std::string_view received, bool) const override {
    auto [answer, text] = message_answer(received, name());
    if (answer.kind != Answer::Kind::ok) return answer;
    answer.size = protocol::parse_length(text);
    if (answer.size) return answer;
    if (const auto reply = protocol::parse_reply(text); reply && !reply->ok)
      return Answer::refuse("the server answered " + printable(text));
    return Answer::malform("the message " + quoted(text, 64) +
                           " is neither a decimal size nor ERR (clause 7.6)" +
                           hint_of_dialect(received, name()));
  }
};

const RegisterDialect registered_stream(std::make_unique<Stream>());

}  // namespace

}  // namespace bftp::client::worker
