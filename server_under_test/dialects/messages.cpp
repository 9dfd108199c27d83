#include "server_under_test/dialects/messages.hpp"

#include "protocol/conversation.hpp"
#include "server_under_test/dialects/naming.hpp"

namespace bftp::server {

using protocol::header_size;
using protocol::ReplyCode;

std::variant<MessageSeen, Asked> see_message(std::string_view input) {
  if (input.size() < header_size) return MessageSeen{};
  const auto size = protocol::decode_header(input.substr(0, header_size));
  if (!size && size.error().kind == protocol::ErrorKind::too_long)
    return no_request(input, ReplyCode::too_long, "longer than 65536 bytes");
  if (!size) return no_request(input, ReplyCode::malformed, "malformed header");
  if (input.size() - header_size < *size) return MessageSeen{};
  return MessageSeen{true, input.substr(header_size, *size), header_size + *size};
}

void append_message(std::string& wire, std::string_view payload) {
  wire += protocol::encode_header(payload.size());
  wire += payload;
}

}  // namespace bftp::server
