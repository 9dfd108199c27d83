#include "server_under_test/dialects/messages.hpp"

/// BFTP/1 itself, clauses 1 to 6.
namespace bftp::server {
namespace {

class Bftp final : public Dialect {
 public:
  std::string_view name() const override { return "bftp"; }
  std::string_view clause() const override { return "1"; }
  std::string_view about() const override { return "BFTP/1: all verbs, any number on a connection"; }

  Asked recognise(std::string_view input, Input) const override {
    auto seen = see_message(input);
    if (auto* refused = std::get_if<Asked>(&seen)) return std::move(*refused);
    const auto& message = std::get<MessageSeen>(seen);
    if (!message.whole) return {};
    return {.kind = Asked::Kind::complete,
            .bytes = message.bytes,
            .request = protocol::parse_request(message.payload),
            .manner = {}};
  }

  void frame(const protocol::Reply& reply, const Manner&, std::string& wire) const override {
    append_message(wire, protocol::encode_reply(reply));
  }
};

const RegisteredDialect registered_bftp(std::make_unique<Bftp>());

}  // namespace
}  // namespace bftp::server
