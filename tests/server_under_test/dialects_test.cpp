#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "protocol/conversation.hpp"
#include "server_under_test/dialects/dialect.hpp"

/// What each dialect makes of bytes, without a server: clauses 1 and 7.1 to 7.7.
namespace bftp::server {
namespace {

using namespace std::string_literals;
using protocol::Refusal;
using protocol::ReplyCode;
using protocol::Request;
using protocol::Verb;
using ::testing::ElementsAre;
using ::testing::EndsWith;
using ::testing::HasSubstr;

std::string message(std::string_view payload) {
  return protocol::encode_header(payload.size()) + std::string(payload);
}

Asked recognise(std::string_view dialect, std::string_view input, Input after = Input::goes_on) {
  return find_dialect(dialect)->recognise(input, after);
}

/// "GET name", "400", "…" while incomplete; "?" in front if tentative, "." behind if the connection ends.
std::string meaning(const Asked& asked) {
  if (asked.kind == Asked::Kind::incomplete) return "…";
  const auto* request = std::get_if<Request>(&asked.request);
  auto text = request != nullptr ? std::string(to_string(request->verb)) + ' ' + request->path
                                 : std::to_string(static_cast<int>(std::get<Refusal>(asked.request).code));
  if (asked.kind == Asked::Kind::tentative) text.insert(0, "?");
  return asked.manner.last ? text + '.' : text;
}

std::string framed(std::string_view dialect, const protocol::Reply& reply, const Manner& manner = {}) {
  std::string wire;
  find_dialect(dialect)->frame(reply, manner, wire);
  return wire;
}

const protocol::Reply ok_5{.ok = true, .code = 0, .detail = "5"};
const protocol::Reply missing{.ok = false, .code = 404, .detail = "no such file"};

TEST(Dialects, AreListedByClause) {
  EXPECT_THAT(dialect_names(),
              ElementsAre("bftp", "nul", "raw", "line", "fixed", "sized", "stream", "http", "http1.1"));
  EXPECT_EQ(find_dialect("gopher"), nullptr);
  EXPECT_NE(find_dialect(default_dialect), nullptr);
}

/// One whole request of each dialect, for the file "a b".
struct Sample {
  std::string_view dialect;
  std::string request;
  std::string meaning;
};

class OneRequest : public ::testing::TestWithParam<Sample> {};

INSTANTIATE_TEST_SUITE_P(
    Dialects, OneRequest,
    ::testing::Values(Sample{"bftp", message("GET a b"), "GET a b"}, Sample{"nul", "a b\0"s, "GET a b."},
                      Sample{"raw", "a b\n", "GET a b."}, Sample{"line", "a b\n", "GET a b."},
                      Sample{"fixed", "a b" + std::string(37, ' '), "GET a b."},
                      Sample{"sized", message("a b"), "GET a b."},
                      Sample{"stream", message("a b"), "GET a b"},
                      Sample{"http", "GET /a%20b HTTP/1.1\r\nHost: x\r\n\r\n", "GET /a b"}),
    [](const auto& test) { return std::string(test.param.dialect); });

TEST_P(OneRequest, IsRecognisedWholeAndNotBefore) {
  const auto& [dialect, request, expected] = GetParam();
  const auto asked = recognise(dialect, request);
  EXPECT_EQ(meaning(asked), expected);
  EXPECT_EQ(asked.bytes, request.size());
  for (std::size_t part = 1; part < request.size(); ++part)
    EXPECT_NE(recognise(dialect, request.substr(0, part)).kind, Asked::Kind::complete) << part;
}

TEST_P(OneRequest, LeavesWhatFollowsIt) {
  const auto& [dialect, request, expected] = GetParam();
  if (dialect == "raw") return;  // has no end
  const auto asked = recognise(dialect, request + request);
  EXPECT_EQ(meaning(asked), expected);
  EXPECT_EQ(asked.bytes, request.size());
}

TEST_P(OneRequest, IsDroppedWhenItsEndNeverComes) {
  const auto& [dialect, request, expected] = GetParam();
  if (dialect == "raw") return;
  const auto part = std::string_view(request).substr(0, request.size() - 1);
  EXPECT_EQ(meaning(recognise(dialect, part, Input::ended)), "…");
}

TEST(Dialects, RefuseNamesWithoutAnEndInSight) {
  const std::string endless(70'000, 'x');
  for (const auto* dialect : all_dialects()) {
    const auto asked = dialect->recognise(endless, Input::goes_on);
    EXPECT_EQ(asked.kind, Asked::Kind::complete) << dialect->name();
    EXPECT_TRUE(asked.manner.last) << dialect->name();
  }
}

TEST(Dialects, KnowNoEmptyNameAndNoControlCharacters) {
  EXPECT_EQ(meaning(recognise("nul", "\0"s)), "400.");
  EXPECT_EQ(meaning(recognise("line", "\n")), "400.");
  EXPECT_EQ(meaning(recognise("fixed", std::string(40, ' '))), "400.");
  EXPECT_EQ(meaning(recognise("sized", message(""))), "400.");
  EXPECT_EQ(meaning(recognise("stream", message(""))), "400");
  EXPECT_EQ(meaning(recognise("nul", "a\nb\0"s)), "400.");
  EXPECT_EQ(meaning(recognise("stream", message("a\0b"s))), "400");
  EXPECT_EQ(meaning(recognise("http", "GET /a%00b HTTP/1.0\r\n\r\n")), "400.");
}

TEST(Dialects, OfMessagesEndOnAMalformedHeader) {  // 1.6
  for (const auto* dialect : {"bftp", "sized", "stream"}) {
    EXPECT_EQ(meaning(recognise(dialect, "0000001gx")), "400.") << dialect;
    EXPECT_EQ(meaning(recognise(dialect, "00010001x")), "413.") << dialect;
  }
}

TEST(RawDialect, TriesWhatHasComeAndIsSureAfterAPause) {
  EXPECT_EQ(meaning(recognise("raw", "abc")), "?GET abc.");
  EXPECT_EQ(meaning(recognise("raw", "abc", Input::pauses)), "GET abc.");
  EXPECT_EQ(meaning(recognise("raw", "abc", Input::ended)), "GET abc.");
  EXPECT_EQ(meaning(recognise("raw", "abc\r\n")), "GET abc.");
  EXPECT_EQ(meaning(recognise("raw", "\xc3")), "?400.") << "half of a letter";
  EXPECT_EQ(meaning(recognise("raw", std::string(255, 'x'))), "?GET " + std::string(255, 'x') + '.');
  EXPECT_EQ(meaning(recognise("raw", std::string(256, 'x'))), "400.");
  EXPECT_GT(find_dialect("raw")->pause().count(), 0);
}

TEST(LineDialect, TakesTheLineEndOfTelnetToo) {
  EXPECT_EQ(meaning(recognise("line", "a b\r\n")), "GET a b.");
  EXPECT_EQ(recognise("line", "a\r\nmore").bytes, 3U);
  EXPECT_EQ(meaning(recognise("line", "a\rb\n")), "400.");
}

TEST(FixedDialect, TakesANameOfAllItsBytes) {
  const std::string name(40, 'n');
  EXPECT_EQ(meaning(recognise("fixed", name)), "GET " + name + '.');
  EXPECT_EQ(meaning(recognise("fixed", " a" + std::string(38, ' '))), "GET  a.");
}

TEST(Dialects, FrameTheSizeAsTheirClauseSays) {
  for (const auto* dialect : {"nul", "raw", "line", "fixed"}) {
    EXPECT_EQ(framed(dialect, ok_5), "") << dialect;
    EXPECT_EQ(framed(dialect, missing), "") << dialect;
  }
  EXPECT_EQ(framed("bftp", ok_5), "00000004OK 5");
  EXPECT_EQ(framed("sized", ok_5), "00000005");
  EXPECT_EQ(framed("sized", missing), "");
  EXPECT_EQ(framed("stream", ok_5), "000000015");
  EXPECT_EQ(framed("stream", missing), message("ERR 404 no such file"));
}

TEST(SizedDialect, AnnouncesUpTo4GiBLess1) {
  EXPECT_EQ(find_dialect("sized")->body_bytes_max(), 4'294'967'295U);
  EXPECT_EQ(framed("sized", {.ok = true, .code = 0, .detail = "4294967295"}), "ffffffff");
}

TEST(HttpDialect, FramesAFile) {
  const auto wire = framed("http", ok_5);
  EXPECT_THAT(wire, ::testing::StartsWith("HTTP/1.1 200 OK\r\n"));
  EXPECT_THAT(wire, HasSubstr("\r\nContent-Length: 5\r\n"));
  EXPECT_THAT(wire, HasSubstr("\r\nDate: "));
  EXPECT_THAT(wire, ::testing::Not(HasSubstr("Connection:")));
  EXPECT_THAT(wire, EndsWith("\r\n\r\n"));
  EXPECT_THAT(framed("http", ok_5, {.last = true}), HasSubstr("\r\nConnection: close\r\n"));
}

TEST(HttpDialect, FramesARefusalWithItsReason) {
  const auto wire = framed("http", missing);
  EXPECT_THAT(wire, ::testing::StartsWith("HTTP/1.1 404 Not Found\r\n"));
  EXPECT_THAT(wire, HasSubstr("\r\nContent-Length: 13\r\n"));
  EXPECT_THAT(wire, EndsWith("\r\n\r\nno such file\n"));
  EXPECT_THAT(framed("http", missing, {.without_body = true}), EndsWith("\r\n\r\n"));
  EXPECT_THAT(framed("http", {.ok = false, .code = 409, .detail = "a folder"}),
              HasSubstr(" 403 Forbidden\r\n"));
}

TEST(HttpDialect, KeepsAliveAsTheVersionAndTheClientSay) {
  const auto connection = [](const std::string& version, const std::string& option) {
    const auto line = option.empty() ? "" : "Connection: " + option + "\r\n";
    const auto asked = recognise("http", "GET /x HTTP/" + version + "\r\nHost: x\r\n" + line + "\r\n");
    const auto wire = framed("http", ok_5, asked.manner);
    const auto at = wire.find("\r\nConnection: ");
    return at == std::string::npos ? "" : wire.substr(at + 14, wire.find('\r', at + 14) - at - 14);
  };
  EXPECT_EQ(connection("1.0", ""), "close");
  EXPECT_EQ(connection("1.0", "Keep-Alive"), "keep-alive");
  EXPECT_EQ(connection("1.1", ""), "");
  EXPECT_EQ(connection("1.1", "close"), "close");
  EXPECT_EQ(connection("1.1", "keep-alive, close"), "close");
}

TEST(HttpDialect, SendsNoFileForHead) {
  const auto asked = recognise("http", "HEAD /x HTTP/1.1\r\nHost: x\r\n\r\n");
  EXPECT_EQ(meaning(asked), "GET /x");
  EXPECT_TRUE(asked.manner.without_body);
}

TEST(HttpDialect, AnswersOtherMethodsWith405AndCloses) {
  const auto asked = recognise("http", "POST /x HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\n\r\nabc");
  EXPECT_EQ(meaning(asked), "405.");
  EXPECT_THAT(framed("http", {.ok = false, .code = 405, .detail = "no"}, asked.manner),
              HasSubstr("\r\nAllow: GET, HEAD\r\n"));
}

TEST(HttpDialect, SaysTheStatusOfWhatCannotBeRead) {
  const auto status = [](const std::string& input) {
    const auto asked = recognise("http", input);
    return asked.kind == Asked::Kind::incomplete ? "…" : framed("http", missing, asked.manner).substr(9, 3);
  };
  const std::string long_line(17'000, 'x');
  std::string many_lines = "GET / HTTP/1.1\r\n";
  for (int i = 0; i < 101; ++i) many_lines += "A: b\r\n";
  EXPECT_EQ(status("GET /" + long_line), "414");
  EXPECT_EQ(status("GET / HTTP/1.1\r\nA: " + long_line), "431");
  EXPECT_EQ(status(many_lines + "\r\n"), "431");
  EXPECT_EQ(status("GET / HTTP/2.0\r\n"), "505");
  EXPECT_EQ(status("\x16\x03\x01"), "400") << "TLS";
  EXPECT_EQ(status("GET /\r\n"), "400") << "HTTP/0.9";
}

}  // namespace
}  // namespace bftp::server
