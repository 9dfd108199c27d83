#include "server_under_test/dialects/http_reply.hpp"

#include <fmt/format.h>

#include <array>

namespace bftp::server {

using protocol::ReplyCode;

std::string http_head(const HttpReplyHead& head) {
  const auto allow = head.status == 405 ? "Allow: GET, HEAD\r\n" : "";
  const auto connection = head.connection.empty() ? "" : fmt::format("Connection: {}\r\n", head.connection);
  return fmt::format(
      "HTTP/1.1 {} {}\r\nDate: {}\r\nServer: bftpd\r\nContent-Type: {}\r\nContent-Length: {}\r\n{}{}\r\n",
      head.status, http_reason(head.status), http_date(head.now), head.content_type, head.content_length,
      allow, connection);
}

std::uint16_t http_status(ReplyCode code) {
  switch (code) {
    case ReplyCode::wrong_kind:
      return 403;
    case ReplyCode::too_long:
      return 414;
    default:
      return static_cast<std::uint16_t>(code);
  }
}

std::string_view http_reason(std::uint16_t status) {
  switch (status) {
    case 200:
      return "OK";
    case 400:
      return "Bad Request";
    case 403:
      return "Forbidden";
    case 404:
      return "Not Found";
    case 405:
      return "Method Not Allowed";
    case 414:
      return "URI Too Long";
    case 431:
      return "Request Header Fields Too Large";
    case 500:
      return "Internal Server Error";
    case 503:
      return "Service Unavailable";
    case 505:
      return "HTTP Version Not Supported";
    case 507:
      return "Insufficient Storage";
    default:
      return "Unknown";
  }
}

std::string http_date(std::time_t when) {
  constexpr std::array days{"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
  constexpr std::array months{"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                              "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
  std::tm utc{};
  if (::gmtime_r(&when, &utc) == nullptr) return "Thu, 01 Jan 1970 00:00:00 GMT";
  return fmt::format("{}, {:02} {} {:04} {:02}:{:02}:{:02} GMT", days[static_cast<std::size_t>(utc.tm_wday)],
                     utc.tm_mday, months[static_cast<std::size_t>(utc.tm_mon)], utc.tm_year + 1900,
                     utc.tm_hour, utc.tm_min, utc.tm_sec);
}

}  // namespace bftp::server
