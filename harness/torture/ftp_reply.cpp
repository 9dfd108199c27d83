#include "harness/torture/ftp_reply.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <vector>

#include "harness/torture/wire_log.hpp"
#include "protocol/ftp_lines.hpp"

namespace bftp::torture {

using protocol::ftp_code_of;

namespace {

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

std::string_view without_end(std::string_view line) {
  if (line.ends_with('\n')) line.remove_suffix(1);
  if (line.ends_with('\r')) line.remove_suffix(1);
  return line;
}

FtpReply nonsense(std::string_view received) {
  FtpReply reply;
  reply.text = received;
  reply.lost = FtpReply::Lost::nonsense;
  return reply;
}

/// The numbers in `text`, of which only those up to 65535 count; anything else parts them.
std::vector<unsigned> numbers_in(std::string_view text) {
  constexpr unsigned max = 65'535;
  std::vector<unsigned> numbers;
  bool within = false;
  for (const char c : text) {
    if (is_digit(c)) {
      if (!within) numbers.push_back(0);
      numbers.back() = std::min(max + 1, numbers.back() * 10 + static_cast<unsigned>(c - '0'));
    }
    within = is_digit(c);
  }
  return numbers;
}

}  // namespace

FtpReply ftp_reply_at(std::string_view received) {
  FtpReply reply;
  int code = 0;
  for (std::size_t at = 0; at < received.size();) {
    const auto end = received.find('\n', at);
    const bool whole = end != std::string_view::npos;
    const auto line = without_end(received.substr(at, whole ? end - at + 1 : end));
    if (code == 0 && (whole || line.size() > 3) && ftp_code_of(line) == 0) return nonsense(received);
    if (!whole) return reply;
    if (code == 0) code = ftp_code_of(line);
    at = end + 1;
    if (!protocol::ends_ftp_reply(line, code)) continue;
    reply.code = code;
    reply.text = received.substr(0, at);
    return reply;
  }
  return reply;
}

std::string in_words(const FtpReply& reply) {
  switch (reply.lost) {
    case FtpReply::Lost::silent:
      return "it said nothing";
    case FtpReply::Lost::closed:
      return "it closed the connection";
    case FtpReply::Lost::reset:
      return "it cut the connection (RST)";
    case FtpReply::Lost::nonsense:
      return fmt::format("it said what is no reply of FTP: \"{}\"", escaped(reply.text));
    case FtpReply::Lost::no:
      break;
  }
  return fmt::format("it answered \"{}\"", escaped(without_end(reply.text)));
}

std::optional<std::uint16_t> ftp_data_port(const FtpReply& reply) {
  const auto text = std::string_view(reply.text).substr(std::min<std::size_t>(reply.text.size(), 4));
  const auto numbers = numbers_in(text);
  unsigned port = 0;
  if (reply.code == 229 && numbers.size() == 1) port = numbers.front();
  if (reply.code == 227 && numbers.size() >= 6 && numbers[4] < 256 && numbers[5] < 256)
    port = numbers[4] * 256 + numbers[5];
  if (port == 0 || port > 65'535) return std::nullopt;
  return static_cast<std::uint16_t>(port);
}

std::optional<std::string> ftp_folder(const FtpReply& reply) {
  const std::string_view text = reply.text;
  const auto open = text.find('"');
  if (reply.code != 257 || open == std::string_view::npos) return std::nullopt;
  std::string folder;
  for (auto at = open + 1; at < text.size(); ++at) {
    if (text[at] != '"') {
      folder += text[at];
    } else if (at + 1 < text.size() && text[at + 1] == '"') {
      folder += text[at++];
    } else {
      return folder.empty() ? std::nullopt : std::optional(std::move(folder));
    }
  }
  return std::nullopt;
}

}  // namespace bftp::torture
