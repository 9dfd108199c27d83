#include "client_under_test/worker/guess.hpp"

#include "protocol/conversation.hpp"
#include "protocol/request.hpp"

namespace bftp::client::worker {

namespace {

bool is_decimal_digit(char c) {
  return c >= '0' && c <= '9';
}

/// "220 ready", "220-ready", also 120 and 421, which a server may greet with.
bool is_ftp_greeting(std::string_view received) {
  return received.size() >= 4 && (received.starts_with("220") || received.starts_with("421")) &&
         (received[3] == ' ' || received[3] == '-');
}

std::string_view guess_message(std::string_view received) {
  const auto size = protocol::decode_header(received.substr(0, protocol::header_size));
  if (!size) return {};
  const auto text = received.substr(protocol::header_size, *size);
  if (text == "OK" || text.starts_with("OK ") || text.starts_with("ERR ")) return "bftp";
  return text.size() == *size && protocol::parse_length(text) ? "stream" : "";
}

}  // namespace

std::string_view guess_dialect(std::string_view received) {
  constexpr std::string_view http = "HTTP/1.";
  if (received.starts_with(http) && received.size() > http.size() && is_decimal_digit(received[http.size()]))
    return "http";
  if (is_ftp_greeting(received)) return "ftp";
  return received.size() > protocol::header_size ? guess_message(received) : "";
}

std::string hint_of_dialect(std::string_view received, std::string_view spoken) {
  const auto dialect = guess_dialect(received);
  if (!dialect.empty() && !spoken.starts_with(dialect))
    return "; this looks like the dialect " + std::string(dialect) + " (--dialect " + std::string(dialect) +
           ")";
  if (received.starts_with("OK") || received.starts_with("ERR"))
    return "; this looks like a reply without its header";
  return {};
}

}  // namespace bftp::client::worker
