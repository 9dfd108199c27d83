#include "protocol/request.hpp"

#include <algorithm>
#include <array>
#include <cassert>
#include <charconv>
#include <limits>

namespace bftp::protocol {

namespace {

constexpr std::array<const char*, 15> verb_words = {"GET",    "PUT",   "LIST", "PWD",   "CD",
                                                    "DELETE", "QUIT",  "FEAT", "SIZE",  "HASH",
                                                    "MKDIR",  "RMDIR", "MOVE", "RANGE", "NOOP"};
static_assert(verb_words.size() == static_cast<std::size_t>(Verb::noop) + 1);

Refusal malformed(std::string text) {
  return {ReplyCode::malformed, std::move(text)};
}

bool is_control(char c) {
  return static_cast<unsigned char>(c) < 0x20 || c == 0x7f;
}

char upper(char c) {
  return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
}

/// Takes a plain decimal and the one space after it off the front of `rest` (clauses 4.2, 5.5, 5.6).
std::optional<std::uint64_t> take_length(std::string_view& rest) {
  const auto space = rest.find(' ');
  if (space == rest.npos) return std::nullopt;
  const auto length = parse_length(rest.substr(0, space));
  if (length) rest.remove_prefix(space + 1);
  return length;
}

using Parsed = std::variant<Request, Refusal>;

Parsed parse_put(std::string_view argument) {
  const auto size = take_length(argument);
  if (!size) return malformed("PUT takes a size in plain decimal, one space and a path");
  if (argument.empty()) return malformed("PUT takes a path after the size");
  return Request{.verb = Verb::put, .path = std::string(argument), .path_to = {}, .size = *size};
}

Parsed parse_range(std::string_view argument) {
  const auto offset = take_length(argument);
  const auto length = offset ? take_length(argument) : std::nullopt;
  if (!length)
    return malformed(
        "RANGE takes offset and length in plain decimal, each with one space after it, and a path");
  if (argument.empty()) return malformed("RANGE takes a path after the length");
  return Request{.verb = Verb::range,
                 .path = std::string(argument),
                 .path_to = {},
                 .offset = *offset,
                 .length = *length};
}

Parsed parse_move(std::string_view argument) {
  const auto from_bytes = take_length(argument);
  if (!from_bytes) return malformed("MOVE takes the length of the first path, one space and two paths");
  if (*from_bytes == 0 || *from_bytes >= argument.size() || argument[*from_bytes] != ' ')
    return malformed("MOVE: the length does not end at the space between the two paths");
  const auto from = argument.substr(0, *from_bytes);
  const auto to = argument.substr(*from_bytes + 1);
  if (to.empty()) return malformed("MOVE takes a second path");
  return Request{.verb = Verb::move, .path = std::string(from), .path_to = std::string(to)};
}

bool takes_nothing(Verb verb) {
  return verb == Verb::pwd || verb == Verb::quit || verb == Verb::feat || verb == Verb::noop;
}

/// `argument` is what follows the verb's one space; nothing if there was no space at all.
Parsed parse_argument(Verb verb, std::optional<std::string_view> argument) {
  const std::string word = to_string(verb);
  if (takes_nothing(verb)) {
    if (argument) return malformed(word + " takes no argument");
    return Request{.verb = verb, .path = {}, .path_to = {}};
  }
  if (verb == Verb::list && !argument) return Request{.verb = verb, .path = {}, .path_to = {}};
  if (!argument || argument->empty()) return malformed(word + " needs an argument");
  switch (verb) {
    case Verb::put:
      return parse_put(*argument);
    case Verb::range:
      return parse_range(*argument);
    case Verb::move:
      return parse_move(*argument);
    default:
      return Request{.verb = verb, .path = std::string(*argument), .path_to = {}};
  }
}

}  // namespace

std::variant<Request, Refusal> parse_request(std::string_view payload) {
  if (payload.empty()) return malformed("the request is empty");
  if (std::any_of(payload.begin(), payload.end(), is_control))
    return malformed("a request holds no control characters");
  if (!is_utf8(payload)) return malformed("the request is not UTF-8");
  const auto space = payload.find(' ');
  if (space == 0) return malformed("the request starts with a space instead of a verb");
  const auto verb = verb_from(payload.substr(0, space));
  if (!verb) return Refusal{ReplyCode::unknown_verb, "unknown verb"};
  if (space == payload.npos) return parse_argument(*verb, std::nullopt);
  return parse_argument(*verb, payload.substr(space + 1));
}

std::string encode_request(const Request& request) {
  std::string word = to_string(request.verb);
  if (takes_nothing(request.verb)) return word;
  switch (request.verb) {
    case Verb::put:
      return word + ' ' + std::to_string(request.size) + ' ' + request.path;
    case Verb::range:
      return word + ' ' + std::to_string(request.offset) + ' ' + std::to_string(request.length) + ' ' +
             request.path;
    case Verb::move:
      return word + ' ' + std::to_string(request.path.size()) + ' ' + request.path + ' ' + request.path_to;
    default:
      return request.path.empty() ? word : word + ' ' + request.path;
  }
}

std::string encode_reply(const Reply& reply) {
  if (reply.ok) return reply.detail.empty() ? "OK" : "OK " + reply.detail;
  return "ERR " + std::to_string(reply.code) + (reply.detail.empty() ? "" : " ") + reply.detail;
}

std::optional<Reply> parse_reply(std::string_view payload) {
  if (payload == "OK") return Reply{};
  if (payload.starts_with("OK ")) return Reply{true, 0, std::string(payload.substr(3))};
  constexpr std::size_t code_at = 4;
  constexpr std::size_t code_digits = 3;
  if (!payload.starts_with("ERR ") || payload.size() < code_at + code_digits) return std::nullopt;
  std::uint16_t code = 0;
  for (const char c : payload.substr(code_at, code_digits)) {
    if (c < '0' || c > '9') return std::nullopt;
    code = static_cast<std::uint16_t>(code * 10 + (c - '0'));
  }
  auto text = payload.substr(code_at + code_digits);
  if (!text.empty() && text.front() != ' ') return std::nullopt;
  if (!text.empty()) text.remove_prefix(1);
  return Reply{false, code, std::string(text)};
}

std::optional<std::uint64_t> parse_length(std::string_view digits) {
  constexpr auto length_max = static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max());
  if (digits.empty() || (digits.size() > 1 && digits.front() == '0')) return std::nullopt;
  std::uint64_t length = 0;
  const auto [end, code] = std::from_chars(digits.data(), digits.data() + digits.size(), length);
  if (code != std::errc() || end != digits.data() + digits.size() || length > length_max) return std::nullopt;
  return length;
}

const char* to_string(Verb verb) {
  return verb_words[static_cast<std::size_t>(verb)];
}

std::optional<Verb> verb_from(std::string_view word) {
  const auto same = [word](std::string_view known) {
    return std::equal(word.begin(), word.end(), known.begin(), known.end(),
                      [](char a, char b) { return upper(a) == b; });
  };
  const auto found = std::find_if(verb_words.begin(), verb_words.end(), same);
  if (found == verb_words.end()) return std::nullopt;
  return static_cast<Verb>(found - verb_words.begin());
}

}  // namespace bftp::protocol
