#include <algorithm>

#include "protocol/conversation.hpp"
#include "server_under_test/dialects/messages.hpp"
#include "server_under_test/dialects/naming.hpp"

/// Clause 7.5: a message with the name, answered by a message with the bytes. The eight digits bound the
/// file.
namespace bftp::server {
namespace {

class Sized final : public Dialect {
 public:
  std::string_view name() const override { return "sized"; }
  std::string_view clause() const override { return "7.5"; }
  std::string_view about() const override {
    return "a message with the name; a message with the bytes (below 4 GiB), then close";
  }
  std::uint64_t body_bytes_max() const override { return 0xffff'ffff; }

  Asked recognise(std::string_view input, Input) const override {
    auto seen = see_message(input);
    if (auto* refused = std::get_if<Asked>(&seen)) return std::move(*refused);
    const auto& message = std::get<MessageSeen>(seen);
    return message.whole ? last_request(message.payload, message.bytes) : Asked{};
  }

  void frame(const protocol::Reply& reply, const Manner&, std::string& wire) const override {
    if (const auto size = protocol::parse_length(reply.detail); reply.ok && size)
      wire += protocol::encode_header(std::min(*size, body_bytes_max()));
  }
};

const RegisteredDialect registered_sized(std::make_unique<Sized>());

}  // namespace
}  // namespace bftp::server
