#include "client_under_test/worker/ftp_reply.hpp"

#include "protocol/ftp_lines.hpp"

namespace bftp::client::worker {

using protocol::ftp_code_of;

namespace {

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

/// One decimal number up to `max` off the front of `text`.
std::optional<unsigned> take_number(std::string_view& text, unsigned max) {
  unsigned value = 0;
  std::size_t digits = 0;
  while (digits < text.size() && is_digit(text[digits])) {
    value = value * 10 + static_cast<unsigned>(text[digits++] - '0');
    if (value > max) return std::nullopt;
  }
  text.remove_prefix(digits);
  return digits == 0 ? std::nullopt : std::optional(value);
}

/// h1,h2,h3,h4,p1,p2 at the front of `text`.
std::optional<PassiveAddress> six_numbers(std::string_view text) {
  std::array<unsigned, 6> numbers{};
  for (std::size_t i = 0; i < numbers.size(); ++i) {
    if (i > 0 && !text.starts_with(',')) return std::nullopt;
    if (i > 0) text.remove_prefix(1);
    const auto number = take_number(text, 255);
    if (!number) return std::nullopt;
    numbers[i] = *number;
  }
  PassiveAddress address;
  for (std::size_t i = 0; i < address.host.size(); ++i)
    address.host[i] = static_cast<std::uint8_t>(numbers[i]);
  address.port = static_cast<std::uint16_t>(numbers[4] * 256 + numbers[5]);
  return address.port == 0 ? std::nullopt : std::optional(address);
}

}  // namespace

FtpReply parse_ftp_reply(std::string_view received) {
  FtpReply reply;
  for (std::size_t at = 0; at < received.size();) {
    const auto end = received.find('\n', at);
    std::string_view line = received.substr(at, end == std::string_view::npos ? end : end - at);
    if (reply.code == 0 && line.size() >= 4 && ftp_code_of(line) == 0) {
      reply.kind = FtpReply::Kind::malformed;
      return reply;
    }
    if (end == std::string_view::npos) return reply;
    if (line.ends_with('\r')) line.remove_suffix(1);
    if (reply.code == 0) reply.code = ftp_code_of(line);
    at = end + 1;
    if (reply.code == 0) {
      reply.kind = FtpReply::Kind::malformed;
      return reply;
    }
    if (!protocol::ends_ftp_reply(line, reply.code)) continue;
    reply.kind = FtpReply::Kind::reply;
    reply.bytes = at;
    reply.line = line;
    return reply;
  }
  return reply;
}

std::optional<PassiveAddress> parse_pasv(std::string_view line) {
  for (std::size_t at = 4; at < line.size(); ++at) {
    const bool number_begins = is_digit(line[at]) && !is_digit(line[at - 1]);
    if (!number_begins) continue;
    if (const auto address = six_numbers(line.substr(at))) return address;
  }
  return std::nullopt;
}

std::optional<std::uint16_t> parse_epsv(std::string_view line) {
  const auto open = line.find('(');
  if (open == std::string_view::npos || line.size() < open + 5) return std::nullopt;
  std::string_view text = line.substr(open + 1);
  const char mark = text[0];
  if (mark < 33 || mark > 126 || is_digit(mark) || text[1] != mark || text[2] != mark) return std::nullopt;
  text.remove_prefix(3);
  const auto port = take_number(text, 65535);
  if (!port || *port == 0 || !text.starts_with(mark)) return std::nullopt;
  return static_cast<std::uint16_t>(*port);
}

}  // namespace bftp::client::worker
