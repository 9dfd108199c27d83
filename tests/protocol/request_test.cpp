#include "protocol/request.hpp"

#include <gtest/gtest.h>

#include <vector>

namespace bftp::protocol {
namespace {

/// The code of the refusal, 0 if it was none.
int refusal_code(std::string_view payload) {
  const auto parsed = parse_request(payload);
  const auto* refusal = std::get_if<Refusal>(&parsed);
  return refusal == nullptr ? 0 : static_cast<int>(refusal->code);
}

Request request(std::string_view payload) {
  const auto parsed = parse_request(payload);
  const auto* refusal = std::get_if<Refusal>(&parsed);
  EXPECT_EQ(refusal, nullptr) << payload << ": " << refusal->text;
  return refusal == nullptr ? std::get<Request>(parsed) : Request{};
}

Request with_path(Verb verb, std::string path) {
  Request request;
  request.verb = verb;
  request.path = std::move(path);
  return request;
}

Request bare(Verb verb) {
  return with_path(verb, "");
}

std::vector<Request> one_of_each() {
  auto put = with_path(Verb::put, "some file");
  put.size = 936'281;
  auto range = with_path(Verb::range, " x ");
  range.offset = 0;
  range.length = 9'223'372'036'854'775'807;
  auto move = with_path(Verb::move, "a b");
  move.path_to = "c d";
  return {with_path(Verb::get, "a"),
          put,
          bare(Verb::list),
          with_path(Verb::list, "folder/"),
          bare(Verb::pwd),
          with_path(Verb::cd, ".."),
          with_path(Verb::del, "é"),
          bare(Verb::quit),
          bare(Verb::feat),
          with_path(Verb::size, "a"),
          with_path(Verb::hash, "a"),
          with_path(Verb::mkdir, "a"),
          with_path(Verb::rmdir, "a"),
          move,
          range,
          bare(Verb::noop)};
}

TEST(ParseRequest, GoesThereAndBackForEachVerb) {
  for (const auto& one : one_of_each()) EXPECT_EQ(request(encode_request(one)), one) << encode_request(one);
}

TEST(ParseRequest, TakesTheArgumentAsAllThatFollows) {  // clauses 2.1, 4.15
  EXPECT_EQ(request("GET a b  c ").path, "a b  c ");
  EXPECT_EQ(request("GET  x").path, " x");
  EXPECT_EQ(request("PUT 5  x").path, " x");
  EXPECT_EQ(request("GET  ").path, " ");
}

TEST(ParseRequest, TakesVerbsInEitherCase) {
  EXPECT_EQ(request("get a").verb, Verb::get);
  EXPECT_EQ(request("Delete a").verb, Verb::del);
}

TEST(ParseRequest, ReadsNumbers) {
  EXPECT_EQ(request("PUT 0 a").size, 0U);
  const auto range = request("RANGE 5 10 a b");
  EXPECT_EQ(range.offset, 5U);
  EXPECT_EQ(range.length, 10U);
  EXPECT_EQ(range.path, "a b");
}

TEST(ParseRequest, RefusesUnknownVerbs) {
  for (const auto* payload : {"FETCH a", "GETS a", "GE a", "HELO", "GET\xC3\xA9 a"}) {
    EXPECT_EQ(refusal_code(payload), 405) << payload;
  }
}

TEST(ParseRequest, RefusesMissingAndSuperfluousArguments) {  // clause 4.13
  for (const auto* payload :
       {"",     "GET",   "GET ",  "PUT",   "PUT ", "CD",       "DELETE", "SIZE",   "HASH",   "MKDIR", "RMDIR",
        "MOVE", "RANGE", "LIST ", "PWD x", "PWD ", "QUIT now", "FEAT x", "NOOP x", " GET a", " "}) {
    EXPECT_EQ(refusal_code(payload), 400) << '"' << payload << '"';
  }
}

TEST(ParseRequest, RefusesNumbersThatAreNoPlainDecimals) {
  for (const auto* number :
       {"", "-1", "+1", "01", "00", "0x10", "1.0", "1e3", " 1", "1a", "9223372036854775808",
        "18446744073709551616", "99999999999999999999999", "\xD9\xA1"}) {
    EXPECT_EQ(refusal_code(std::string("PUT ") + number + " a"), 400) << number;
    EXPECT_EQ(refusal_code(std::string("RANGE ") + number + " 1 a"), 400) << number;
    EXPECT_EQ(refusal_code(std::string("RANGE 1 ") + number + " a"), 400) << number;
    EXPECT_EQ(refusal_code(std::string("MOVE ") + number + " a b"), 400) << number;
  }
}

TEST(ParseRequest, RefusesNumbersWithoutAPath) {
  for (const auto* payload : {"PUT 5", "PUT 5 ", "RANGE 1", "RANGE 1 2", "RANGE 1 2 ", "MOVE 1", "MOVE 1 ",
                              "MOVE 1 a", "MOVE 1 a ", "MOVE 0  a"}) {
    EXPECT_EQ(refusal_code(payload), 400) << payload;
  }
}

TEST(ParseRequest, SplitsMoveAtTheLength) {  // clause 5.5
  const auto move = request("MOVE 3 a b c d");
  EXPECT_EQ(move.path, "a b");
  EXPECT_EQ(move.path_to, "c d");
  EXPECT_EQ(request("MOVE 1 a  b").path_to, " b");
  EXPECT_EQ(refusal_code("MOVE 2 a b"), 400) << "the length ends within b";
  EXPECT_EQ(refusal_code("MOVE 9 a b"), 400);
  EXPECT_EQ(refusal_code("MOVE 9223372036854775807 a b"), 400);
  EXPECT_EQ(refusal_code("MOVE 1 \xC3\xA9 b"), 400) << "the length ends within a character";
}

TEST(ParseRequest, RefusesControlCharacters) {  // clauses 3.3, 4.13
  for (int code = 0; code < 0x20; ++code) {
    EXPECT_EQ(refusal_code(std::string("GET a") + static_cast<char>(code) + "b"), 400) << code;
  }
  EXPECT_EQ(refusal_code("GET a\x7f"), 400);
  EXPECT_EQ(refusal_code("GET a\n"), 400);
  EXPECT_EQ(refusal_code(std::string("GET\0a", 5)), 400);
}

TEST(ParseRequest, RefusesWhatIsNotUtf8) {
  EXPECT_EQ(refusal_code("GET \xff"), 400);
  EXPECT_EQ(refusal_code("GET \xC3"), 400);
  EXPECT_EQ(refusal_code("\xff"), 400);
}

TEST(ParseReply, GoesThereAndBack) {  // clause 2.2
  const std::vector<Reply> replies = {{}, {true, 0, "12"}, {false, 404, "no such file"}, {false, 500, ""}};
  for (const auto& reply : replies) EXPECT_EQ(parse_reply(encode_reply(reply)), reply);
  EXPECT_EQ(encode_reply({}), "OK");
  EXPECT_EQ(encode_reply({true, 0, "5"}), "OK 5");
  EXPECT_EQ(encode_reply({false, 404, "no such file"}), "ERR 404 no such file");
}

TEST(ParseReply, RefusesAnythingElse) {
  for (const auto* payload :
       {"", "O", "OKAY", "ok", "OK\n", "ERR", "ERR ", "ERR 40", "ERR 4040 x", "ERR 40x y", "ERR -40 y",
        "ERR 404x", "err 404 x", "ERR  404 x", " OK", "200 OK"}) {
    EXPECT_EQ(parse_reply(payload), std::nullopt) << '"' << payload << '"';
  }
}

TEST(ParseLength, TakesPlainDecimalsOnly) {  // clause 1.5
  EXPECT_EQ(parse_length("0"), 0U);
  EXPECT_EQ(parse_length("65536"), 65'536U);
  EXPECT_EQ(parse_length("9223372036854775807"), 9'223'372'036'854'775'807U);
  for (const auto* digits :
       {"", "-0", "+5", "00", "01", "9223372036854775808", "18446744073709551615", "1 ", " 1", "0x1", "१"}) {
    EXPECT_EQ(parse_length(digits), std::nullopt) << digits;
  }
}

TEST(VerbWords, GoThereAndBack) {
  for (int number = 0; number <= static_cast<int>(Verb::noop); ++number) {
    const auto verb = static_cast<Verb>(number);
    EXPECT_EQ(verb_from(to_string(verb)), verb);
  }
  EXPECT_STREQ(to_string(Verb::del), "DELETE");
  EXPECT_EQ(verb_from("DEL"), std::nullopt);
  EXPECT_EQ(verb_from(""), std::nullopt);
}

}  // namespace
}  // namespace bftp::protocol
