#include "harness/torture/speech.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "protocol/conversation.hpp"

namespace bftp::torture {
namespace {

using Kind = Heard::Kind;

std::string message(std::string_view payload) {
  return protocol::encode_header(payload.size()) + std::string(payload);
}

/// "file content", "404 text", "closed", "…", "?".
std::string heard(std::string_view dialect, std::string_view received, bool ended = false) {
  const auto heard = find_speech(dialect)->hear(received, ended);
  switch (heard.kind) {
    case Kind::incomplete:
      return "…";
    case Kind::closed:
      return "closed";
    case Kind::nonsense:
      return "?";
    case Kind::file:
      return "file " + std::string(heard.file());
    case Kind::refused:
      return heard.is_not_found ? "missing" : "refused";
  }
  return {};
}

TEST(Speech, AsksAsTheClausesSay) {
  EXPECT_EQ(find_speech("bftp")->ask("a b"), "00000007GET a b");
  EXPECT_EQ(find_speech("nul")->ask("a"), std::string("a\0", 2));
  EXPECT_EQ(find_speech("raw")->ask("a"), "a");
  EXPECT_EQ(find_speech("line")->ask("a"), "a\n");
  EXPECT_EQ(find_speech("fixed")->ask("a"), "a" + std::string(39, ' '));
  EXPECT_EQ(find_speech("sized")->ask("a"), "00000001a");
  EXPECT_EQ(find_speech("stream")->ask("a"), "00000001a");
  EXPECT_EQ(find_speech("http")->ask("a b"), "GET /a%20b HTTP/1.0\r\nHost: localhost\r\n\r\n");
  EXPECT_EQ(find_speech("ftp")->ask("a b"), "RETR a b\r\n");
  EXPECT_EQ(find_speech("none"), nullptr);
}

TEST(Speech, HearsBareBytesUntilTheClose) {
  for (const auto* dialect : {"nul", "raw", "line", "fixed"}) {
    EXPECT_EQ(heard(dialect, "abc"), "…");
    EXPECT_EQ(heard(dialect, "abc", true), "file abc");
    EXPECT_EQ(heard(dialect, "", true), "closed");
  }
}

TEST(Speech, HearsMessages) {
  EXPECT_EQ(heard("sized", message("abc")), "file abc");
  EXPECT_EQ(heard("sized", "00000003ab"), "…");
  EXPECT_EQ(heard("sized", "00000003ab", true), "?");
  EXPECT_EQ(heard("sized", "", true), "closed");
  EXPECT_EQ(heard("stream", message("3") + "abcd"), "file abc");
  EXPECT_EQ(heard("stream", message("ERR 404 no")), "missing");
  EXPECT_EQ(heard("stream", message("OK 3") + "abc"), "?");
  EXPECT_EQ(heard("bftp", message("OK 3") + "ab"), "…");
  EXPECT_EQ(heard("bftp", message("OK 3") + "abc"), "file abc");
  EXPECT_EQ(heard("bftp", message("ERR 400 no")), "refused");
  EXPECT_EQ(heard("bftp", message("OK")), "?");
  EXPECT_EQ(heard("bftp", "HTTP/1.0 200 OK"), "?");
}

TEST(Speech, HearsHttpByLengthChunksAndClose) {
  EXPECT_EQ(heard("http", "HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nabcd"), "file abc");
  EXPECT_EQ(heard("http", "HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nab"), "…");
  EXPECT_EQ(heard("http", "HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nab", true), "?");
  EXPECT_EQ(heard("http", "HTTP/1.0 200 OK\r\n\r\nabc"), "…");
  EXPECT_EQ(heard("http", "HTTP/1.0 200 OK\n\nabc", true), "file abc");
  const std::string chunked =
      "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nab\r\n1;x=y\r\nc\r\n";
  EXPECT_EQ(heard("http", chunked), "…");
  EXPECT_EQ(heard("http", chunked + "0\r\n\r\n"), "file abc");
  EXPECT_EQ(heard("http", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n"), "?");
  EXPECT_EQ(heard("http", "HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n"), "missing");
  EXPECT_EQ(heard("http", "HTTP/1.1 302 Found\r\nContent-Length: 0\r\n\r\n"), "refused");
  EXPECT_EQ(heard("http", "SSH-2.0"), "?");
}

TEST(Speech, HearsRepliesOfFtpAndTheDataAfterTheFirst) {
  const std::string announced = "150 it comes\r\n" + message("abc");
  EXPECT_EQ(heard("ftp", "15"), "…");
  EXPECT_EQ(heard("ftp", "150 it comes\r\n"), "…");
  EXPECT_EQ(heard("ftp", announced), "…") << "not confirmed yet";
  EXPECT_EQ(heard("ftp", announced, true), "?");
  EXPECT_EQ(heard("ftp", announced + "226 done\r\n"), "file abc");
  EXPECT_EQ(heard("ftp", announced + "451 lost half of it\r\n"), "refused");
  EXPECT_EQ(heard("ftp", announced + "150 again\r\n"), "refused") << "neither confirmed nor anything known";
  EXPECT_EQ(heard("ftp", "550 no such file\r\n"), "missing");
  EXPECT_EQ(heard("ftp", "450 busy\n"), "missing");
  EXPECT_EQ(heard("ftp", "550-no such file,\r\n250 tricky line\r\n550 none\r\n"), "missing");
  EXPECT_EQ(heard("ftp", "550-no such file\r\n"), "…");
  EXPECT_EQ(heard("ftp", "530 log in first\r\n"), "refused");
  EXPECT_EQ(heard("ftp", "226 done\r\n"), "?") << "nothing was announced";
  EXPECT_EQ(heard("ftp", "HTTP/1.1 400"), "?");
  EXPECT_EQ(heard("ftp", "", true), "closed");
}

TEST(Speech, KnowsWhetherAConnectionGoesOn) {
  const auto goes_on = [](std::string_view received) {
    return find_speech("http")->hear(received, false).goes_on;
  };
  EXPECT_TRUE(goes_on("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"));
  EXPECT_FALSE(goes_on("HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"));
  EXPECT_FALSE(goes_on("HTTP/1.0 200 OK\r\nContent-Length: 0\r\n\r\n"));
  EXPECT_TRUE(find_speech("bftp")->hear(message("OK 0"), false).goes_on);
}

}  // namespace
}  // namespace bftp::torture
