#include "server_under_test/dialects/http_request.hpp"

#include <gtest/gtest.h>

#include <cstdint>
#include <vector>

#include "server_under_test/dialects/http_reply.hpp"

namespace bftp::server {
namespace {

/// "GET /path", the status of a fault, or "…" while the head is incomplete.
std::string read(std::string_view input) {
  const auto parsed = parse_http_request(input);
  if (!parsed) return "…";
  if (const auto* fault = std::get_if<HttpFault>(&*parsed)) return std::to_string(fault->status);
  const auto& request = std::get<HttpRequest>(*parsed);
  return request.method + ' ' + request.path;
}

std::string with(std::string_view target) {
  return "GET " + std::string(target) + " HTTP/1.0\r\n\r\n";
}

TEST(HttpRequest, TakesThePathFromTheTarget) {
  EXPECT_EQ(read(with("/")), "GET /");
  EXPECT_EQ(read(with("/a/b/c.txt")), "GET /a/b/c.txt");
  EXPECT_EQ(read(with("/a?b=/c&d")), "GET /a");
  EXPECT_EQ(read(with("/%41%2f%c3%a4")), "GET /A/ä");
  EXPECT_EQ(read(with("http://host:80/a")), "GET /a");
  EXPECT_EQ(read(with("http://host")), "GET /");
  EXPECT_EQ(read(with("http://host?q")), "GET /");
  EXPECT_EQ(read(with("/../x")), "GET /../x") << "the root's own business";
}

TEST(HttpRequest, RefusesTargetsThatAreNone) {
  EXPECT_EQ(read(with("a")), "400");
  EXPECT_EQ(read(with("*")), "400");
  EXPECT_EQ(read(with("")), "400");
  EXPECT_EQ(read(with("/%")), "400");
  EXPECT_EQ(read(with("/%4")), "400");
  EXPECT_EQ(read(with("/%zz")), "400");
}

TEST(HttpRequest, EndsWithItsEmptyLine) {
  const std::string head = "GET /a HTTP/1.1\r\nHost: x\r\n\r\n";
  for (std::size_t part = 0; part < head.size(); ++part) EXPECT_EQ(read(head.substr(0, part)), "…") << part;
  const auto parsed = parse_http_request(head + "GET /b");
  ASSERT_TRUE(parsed && std::holds_alternative<HttpRequest>(*parsed));
  EXPECT_EQ(std::get<HttpRequest>(*parsed).bytes, head.size());
  EXPECT_TRUE(std::get<HttpRequest>(*parsed).is_1_1);
}

TEST(HttpRequest, TakesLoneLineFeedsAndSkipsEmptyLinesBefore) {  // RFC 9112, 2.2
  EXPECT_EQ(read("\r\n\nGET /a HTTP/1.0\nA: b\n\n"), "GET /a");
  EXPECT_EQ(read("\r\n\r\n"), "…");
}

TEST(HttpRequest, RefusesHeaderLinesThatAreNone) {
  const auto with_line = [](std::string_view line) {
    return read("GET / HTTP/1.1\r\nHost: a\r\n" + std::string(line) + "\r\n\r\n");
  };
  EXPECT_EQ(with_line("Accept: */*"), "GET /");
  EXPECT_EQ(with_line("no colon"), "400");
  EXPECT_EQ(with_line("Space : before"), "400");  // RFC 9112, 5.1
  EXPECT_EQ(with_line(" folded"), "400");
  EXPECT_EQ(with_line("host: b"), "400");
  EXPECT_EQ(with_line("Content-Length: 0"), "GET /");
  EXPECT_EQ(with_line("content-length: 5"), "400");
  EXPECT_EQ(with_line("Transfer-Encoding: chunked"), "400");
}

TEST(HttpRequest, Of11WantsAHost) {  // RFC 9112, 3.2
  EXPECT_EQ(read("GET / HTTP/1.1\r\nAccept: */*\r\n\r\n"), "400");
  EXPECT_EQ(read("DELETE / HTTP/1.1\r\n\r\n"), "400");
  EXPECT_EQ(read("GET / HTTP/1.1\r\nHost:\r\n\r\n"), "GET /") << "empty, but there";
  EXPECT_EQ(read("GET / HTTP/1.0\r\n\r\n"), "GET /");
}

TEST(HttpRequest, TakesAnyTargetOfAMethodThatReadsNoFile) {  // RFC 9112, 3.2.3 and 3.2.4
  EXPECT_EQ(read("OPTIONS * HTTP/1.1\r\nHost: x\r\n\r\n"), "OPTIONS ");
  EXPECT_EQ(read("CONNECT h:1 HTTP/1.1\r\nHost: h:1\r\n\r\n"), "CONNECT ");
  EXPECT_EQ(read("DELETE /%zz HTTP/1.0\r\n\r\n"), "DELETE ");
}

TEST(HttpRequest, RefusesVersionsThatItDoesNotSpeak) {
  EXPECT_EQ(read("GET / HTTP/0.9\r\n\r\n"), "505");
  EXPECT_EQ(read("GET / HTTP/3.0\r\n\r\n"), "505");
  EXPECT_EQ(read("GET / HTTP/1\r\n\r\n"), "400");
  EXPECT_EQ(read("GET / http/1.1\r\n\r\n"), "400");
  EXPECT_EQ(read("GET  /  HTTP/1.1\r\n\r\n"), "400");
}

TEST(PercentDecoding, TakesEveryByte) {
  EXPECT_EQ(percent_decoded(""), "");
  EXPECT_EQ(percent_decoded("%ff%00"), (std::string{'\xff', '\0'}));
  EXPECT_EQ(percent_decoded("100%"), std::nullopt);
}

TEST(HttpReply, DatesAreInTheFormOfRfc9110) {
  EXPECT_EQ(http_date(784'111'777), "Sun, 06 Nov 1994 08:49:37 GMT");
  EXPECT_EQ(http_date(0), "Thu, 01 Jan 1970 00:00:00 GMT");
}

TEST(HttpReply, EveryStatusThatWeSayHasAReason) {
  for (const std::uint16_t status :
       std::vector<std::uint16_t>{200, 400, 403, 404, 405, 414, 431, 500, 503, 505, 507})
    EXPECT_NE(http_reason(status), "Unknown") << status;
  EXPECT_EQ(http_reason(299), "Unknown");
}

}  // namespace
}  // namespace bftp::server
