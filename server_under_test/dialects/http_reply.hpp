#pragma once

#include <cstdint>
#include <ctime>
#include <optional>
#include <string>
#include <string_view>

#include "protocol/request.hpp"

/// Writing HTTP/1.1 responses (RFC 9110, RFC 9112).
namespace bftp::server {

struct HttpReplyHead {
  std::uint16_t status = 200;
  std::string_view content_type = "application/octet-stream";
  std::string_view content_length;  ///< decimal
  std::string_view connection;      ///< "close", "keep-alive"; empty: no such line
  std::time_t now = 0;              ///< for Date
};

/// Status line and header lines, with the empty line.
std::string http_head(const HttpReplyHead& head);

/// What HTTP calls a refusal. A folder, for BFTP the wrong kind of thing (409), is forbidden (403): this
/// server shows none.
std::uint16_t http_status(protocol::ReplyCode code);
/// "Not Found" for 404; "Unknown" for what this server does not say.
std::string_view http_reason(std::uint16_t status);

/// IMF-fixdate (RFC 9110, 5.6.7): "Sun, 06 Nov 1994 08:49:37 GMT".
std::string http_date(std::time_t when);

}  // namespace bftp::server
