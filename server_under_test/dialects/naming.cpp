#include "server_under_test/dialects/naming.hpp"

namespace bftp::server {

using protocol::Refusal;
using protocol::ReplyCode;

std::variant<protocol::Request, Refusal> get_of(std::string_view name) {
  return protocol::parse_request("GET " + std::string(name));
}

Asked last_request(std::string_view name, std::size_t bytes) {
  return {.kind = Asked::Kind::complete, .bytes = bytes, .request = get_of(name), .manner = {.last = true}};
}

Asked no_request(std::string_view input, ReplyCode code, std::string_view why) {
  return {.kind = Asked::Kind::complete,
          .bytes = input.size(),
          .request = Refusal{code, std::string(why)},
          .manner = {.last = true}};
}

Asked name_until(std::string_view input, char end) {
  const auto at = input.find(end);
  if (at <= name_bytes_max) return last_request(input.substr(0, at), at + 1);
  if (input.size() <= name_bytes_max) return {};
  return no_request(input, ReplyCode::too_long, "a name of more than 4096 bytes");
}

}  // namespace bftp::server
