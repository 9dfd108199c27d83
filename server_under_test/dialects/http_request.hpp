#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

/// Reading HTTP/1 requests: RFC 9112 for their form, RFC 3986 for paths. Nothing here knows of files.
namespace bftp::server {

/// Request line and header lines together, with what precedes them. Twice what nginx takes of one line.
inline constexpr std::size_t http_head_bytes_max = 16u << 10;
inline constexpr std::size_t http_lines_max = 100;

/// A request that asks for something, right or wrong.
struct HttpRequest {
  std::size_t bytes = 0;  ///< of the head, with its empty line and what came before it
  std::string method;
  std::string path;  ///< percent-decoded, without the query; starts with /. Empty unless GET or HEAD
  bool keep_alive = false;
  bool is_1_1 = false;
};

/// What is no request that could be answered otherwise. The connection cannot go on: where the next request
/// begins is unknown.
struct HttpFault {
  std::uint16_t status = 400;
  std::string text;
};

/// The request at the front of `input`; nothing while its head is incomplete. Empty lines before it are
/// skipped, a lone LF ends a line (RFC 9112, 2.2). Faults: 400, 414 and 431 for heads beyond the bounds, 505;
/// 400 also for a request with a body, which GET and HEAD have no use for, and for one of HTTP/1.1 without a
/// Host (RFC 9112, 3.2).
std::optional<std::variant<HttpRequest, HttpFault>> parse_http_request(std::string_view input);

/// RFC 3986, 2.1. Nothing if a % is not followed by two hex digits.
std::optional<std::string> percent_decoded(std::string_view text);

}  // namespace bftp::server
