#include "server_under_test/dialects/http_request.hpp"

#include <algorithm>

#include "protocol/hex.hpp"

namespace bftp::server {

namespace {

using Parsed = std::optional<std::variant<HttpRequest, HttpFault>>;

bool is_token_char(char c) {  // RFC 9110, 5.6.2
  const bool letter_or_digit = (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
  return letter_or_digit ||
         (c != '\0' && std::string_view("!#$%&'*+-.^_`|~").find(c) != std::string_view::npos);
}

bool is_token(std::string_view text) {
  return !text.empty() && std::ranges::all_of(text, is_token_char);
}

bool equal_without_case(std::string_view a, std::string_view b) {
  const auto lower = [](char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  };
  return std::ranges::equal(a, b, {}, lower, lower);
}

std::string_view trimmed(std::string_view text) {
  constexpr std::string_view blanks = " \t";
  const auto first = text.find_first_not_of(blanks);
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(blanks) - first + 1);
}

/// Takes one line off `text`, without its line end; nothing if it has none.
std::optional<std::string_view> take_line(std::string_view& text) {
  const auto end = text.find('\n');
  if (end == std::string_view::npos) return std::nullopt;
  auto line = text.substr(0, end);
  text.remove_prefix(end + 1);
  if (line.ends_with('\r')) line.remove_suffix(1);
  return line;
}

/// Calls `use` for each part of a comma-separated list.
template <class Use>
void for_each_part(std::string_view list, Use use) {
  for (;;) {
    const auto comma = list.find(',');
    use(trimmed(list.substr(0, comma)));
    if (comma == std::string_view::npos) return;
    list.remove_prefix(comma + 1);
  }
}

/// Reads one head. Each step returns what is wrong, nothing if all is well.
class HeadReader {
 public:
  std::optional<HttpFault> read_request_line(std::string_view line) {
    const auto first = line.find(' ');
    const auto last = line.rfind(' ');
    if (first == std::string_view::npos || first == last)
      return HttpFault{400, "a request line is METHOD /path HTTP/1.x"};
    request.method = line.substr(0, first);
    if (!is_token(request.method)) return HttpFault{400, "no method"};
    if (auto wrong = read_version(line.substr(last + 1))) return wrong;
    // The target of another method may be * or an authority (RFC 9112, 3.2), and the answer is no anyway.
    if (!reads_a_file()) return std::nullopt;
    return read_target(line.substr(first + 1, last - first - 1));
  }

  std::optional<HttpFault> read_field(std::string_view line) {
    const auto colon = line.find(':');
    const auto name = line.substr(0, colon);
    if (colon == std::string_view::npos || !is_token(name) || line.find('\0') != std::string_view::npos)
      return HttpFault{400, "a header line is Name: value"};
    const auto value = trimmed(line.substr(colon + 1));
    if (equal_without_case(name, "connection"))
      for_each_part(value, [this](auto part) { note_option(part); });
    if (equal_without_case(name, "host") && ++hosts_ > 1) return HttpFault{400, "more than one Host"};
    const bool has_body = (equal_without_case(name, "content-length") && value != "0") ||
                          equal_without_case(name, "transfer-encoding");
    if (has_body && reads_a_file()) return HttpFault{400, "a request with a body"};
    return std::nullopt;
  }

  /// The empty line is read, and the head ends after `bytes`.
  std::variant<HttpRequest, HttpFault> finish(std::size_t bytes) {
    if (request.is_1_1 && hosts_ == 0) return HttpFault{400, "HTTP/1.1 wants a Host"};
    request.bytes = bytes;
    request.keep_alive = !close_ && (request.is_1_1 || keep_alive_);
    return std::move(request);
  }

 private:
  /// Other methods are refused whatever they bring along.
  bool reads_a_file() const { return request.method == "GET" || request.method == "HEAD"; }

  std::optional<HttpFault> read_version(std::string_view version) {
    constexpr std::string_view form = "HTTP/d.d";
    const auto is_digit = [](char c) {
      return c >= '0' && c <= '9';
    };
    const bool well_formed = version.size() == form.size() && version.starts_with("HTTP/") &&
                             is_digit(version[5]) && version[6] == '.' && is_digit(version[7]);
    if (!well_formed) return HttpFault{400, "a request line ends in HTTP/1.0 or HTTP/1.1"};
    if (version[5] != '1') return HttpFault{505, "this server speaks HTTP/1.0 and HTTP/1.1"};
    request.is_1_1 = version[7] != '0';
    return std::nullopt;
  }

  std::optional<HttpFault> read_target(std::string_view target) {
    constexpr std::string_view scheme = "http://";
    if (equal_without_case(target.substr(0, scheme.size()), scheme)) {  // absolute-form, RFC 9112, 3.2.2
      const auto slash = target.find_first_of("/?", scheme.size());
      target = slash == std::string_view::npos || target[slash] == '?' ? "/" : target.substr(slash);
    }
    if (!target.starts_with('/')) return HttpFault{400, "a path starts with /"};
    auto path = percent_decoded(target.substr(0, target.find('?')));
    if (!path) return HttpFault{400, "a % is followed by two hex digits"};
    request.path = std::move(*path);
    return std::nullopt;
  }

  void note_option(std::string_view option) {
    close_ = close_ || equal_without_case(option, "close");
    keep_alive_ = keep_alive_ || equal_without_case(option, "keep-alive");
  }

 public:
  HttpRequest request;

 private:
  int hosts_ = 0;
  bool close_ = false;
  bool keep_alive_ = false;
};

/// What an incomplete head says already: that it is too long, or that no method begins like that.
Parsed judge_incomplete(std::string_view input, std::string_view head) {
  const auto word = head.substr(0, head.find_first_of(" \r\n"));
  if (!word.empty() && !is_token(word)) return HttpFault{400, "no method"};
  if (input.size() < http_head_bytes_max) return std::nullopt;
  if (head.find('\n') == std::string_view::npos) return HttpFault{414, "a request line of more than 16 KiB"};
  return HttpFault{431, "header lines of more than 16 KiB"};
}

}  // namespace

Parsed parse_http_request(std::string_view input) {
  auto rest = input.substr(0, http_head_bytes_max);
  rest.remove_prefix(std::min(rest.find_first_not_of("\r\n"), rest.size()));
  const auto head = rest;
  const auto request_line = take_line(rest);
  if (!request_line) return judge_incomplete(input, head);
  HeadReader reader;
  if (auto fault = reader.read_request_line(*request_line)) return *fault;
  for (std::size_t lines = 0; lines <= http_lines_max; ++lines) {
    const auto line = take_line(rest);
    if (!line) return judge_incomplete(input, head);
    if (line->empty()) return reader.finish(static_cast<std::size_t>(rest.data() - input.data()));
    if (auto fault = reader.read_field(*line)) return *fault;
  }
  return HttpFault{431, "more than 100 header lines"};
}

std::optional<std::string> percent_decoded(std::string_view text) {
  std::string decoded;
  for (std::size_t at = 0; at < text.size(); ++at) {
    if (text[at] != '%') {
      decoded += text[at];
      continue;
    }
    if (text.size() - at < 3) return std::nullopt;
    const int high = protocol::hex_value(text[at + 1]);
    const int low = protocol::hex_value(text[at + 2]);
    if (high < 0 || low < 0) return std::nullopt;
    decoded += static_cast<char>(high * 16 + low);
    at += 2;
  }
  return decoded;
}

}  // namespace bftp::server
