#include "server_under_test/dialects/messages.hpp"
#include "server_under_test/dialects/naming.hpp"

/// Clause 7.6: a message with the name, answered by a message with the size in decimal and a stream. Any
/// number of files on a connection; a refusal leaves it in step, as in BFTP (2.3), a malformed header ends
/// it (1.6).
namespace bftp::server {
namespace {

class Stream final : public Dialect {
 public:
  std::string_view name() const override { return "stream"; }
  std::string_view clause() const override { return "7.6"; }
  std::string_view about() const override {
    return "messages with a name; for each a message with the size and the bytes";
  }

  Asked recognise(std::string_view input, Input) const override {
    auto seen = see_message(input);
    if (auto* refused = std::get_if<Asked>(&seen)) return std::move(*refused);
    const auto& message = std::get<MessageSeen>(seen);
    if (!message.whole) return {};
    return {.kind = Asked::Kind::complete,
            .bytes = message.bytes,
            .request = get_of(message.payload),
            .manner = {}};
  }

  void frame(const protocol::Reply& reply, const Manner&, std::string& wire) const override {
    append_message(wire, reply.ok ? reply.detail : protocol::encode_reply(reply));
  }
};

const RegisteredDialect registered_stream(std::make_unique<Stream>());

}  // namespace
}  // namespace bftp::server
