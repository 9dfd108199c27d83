#include <charconv>
#include <optional>

#include "protocol/connection.hpp"

namespace bftp::protocol {

namespace {

constexpr std::size_t host_bytes_max = 255;  // RFC 1035 section 2.3.4

std::optional<std::uint16_t> parse_port(std::string_view digits) {
  std::uint16_t port = 0;
  const auto [end, code] = std::from_chars(digits.data(), digits.data() + digits.size(), port);
  if (digits.empty() || code != std::errc() || end != digits.data() + digits.size()) return std::nullopt;
  return port;
}

bool is_plain(std::string_view host) {
  for (const char c : host) {
    if (static_cast<unsigned char>(c) <= ' ' || c == 0x7f || c == '[' || c == ']') return false;
  }
  return host.size() <= host_bytes_max;
}

Error wrong(std::string_view why) {
  return {ErrorKind::invalid_input, std::string(why) + "; right are HOST:PORT, [IPV6]:PORT, :PORT and PORT"};
}

}  // namespace

std::string Endpoint::text() const {
  const bool is_v6 = host.find(':') != host.npos;
  return (is_v6 ? "[" + host + "]" : host) + ":" + std::to_string(port);
}

Result<Endpoint> parse_endpoint(std::string_view text) {
  Endpoint endpoint;
  std::string_view host;
  std::string_view port_digits = text;
  const auto colon = text.rfind(':');
  if (colon != text.npos) {
    host = text.substr(0, colon);
    port_digits = text.substr(colon + 1);
    if (host.starts_with('[')) {
      if (!host.ends_with(']') || host.find(':') == host.npos)
        return wrong("an IPv6 address stands in brackets");
      host = host.substr(1, host.size() - 2);
    } else if (host.find(':') != host.npos) {
      return wrong("an IPv6 address needs brackets");
    }
  }
  const auto port = parse_port(port_digits);
  if (!port) return wrong("the port is no number from 0 to 65535");
  if (!is_plain(host)) return wrong("the host holds a character that no host name has, or is too long");
  if (!host.empty()) endpoint.host = host;
  endpoint.port = *port;
  return endpoint;
}

}  // namespace bftp::protocol
