#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

namespace bftp::protocol {

/// Clause 2.2.
enum class ReplyCode : std::uint16_t {
  malformed = 400,
  forbidden = 403,
  not_found = 404,
  unknown_verb = 405,
  wrong_kind = 409,
  too_long = 413,
  server_failed = 500,
  too_many_clients = 503,
  out_of_space = 507,
};

enum class Verb : std::uint8_t {
  get,
  put,
  list,
  pwd,
  cd,
  del,
  quit,  // clause 4, core
  feat,
  size,
  hash,
  mkdir,
  rmdir,
  move,
  range,
  noop,  // clause 5, extended
};

/// One request, parsed. Which fields are set follows from the verb; `path` is the argument as sent, not yet
/// resolved.
struct Request {
  Verb verb = Verb::noop;
  std::string
      path;  ///< GET PUT LIST CD DELETE SIZE HASH MKDIR RMDIR RANGE, and MOVE's `from`; LIST alone: empty
  std::string path_to;       ///< MOVE
  std::uint64_t size = 0;    ///< PUT
  std::uint64_t offset = 0;  ///< RANGE
  std::uint64_t length = 0;  ///< RANGE
  friend bool operator==(const Request&, const Request&) = default;
};

/// A request that is answered ERR; the connection stays in step (clause 2.3).
struct Refusal {
  ReplyCode code = ReplyCode::malformed;
  std::string text;
  friend bool operator==(const Refusal&, const Refusal&) = default;
};

/// Clauses 2.1, 3.3, 4.13, 4.15: UTF-8, no control characters, one space, arguments present, plain decimals.
std::variant<Request, Refusal> parse_request(std::string_view payload);

/// The payload for a request, without header.
std::string encode_request(const Request& request);

/// Clause 2.2: `OK`, `OK detail`, `ERR code text`.
struct Reply {
  bool ok = true;
  std::uint16_t code = 0;  ///< of an ERR; 0 for OK
  std::string detail;      ///< of an OK, or the text of an ERR
  friend bool operator==(const Reply&, const Reply&) = default;
};

std::string encode_reply(const Reply& reply);
/// Nothing if the payload is neither `OK…` nor `ERR ddd text`.
std::optional<Reply> parse_reply(std::string_view payload);

/// Clause 1.5: digits only, no sign, no leading zero (but "0"), at most 9223372036854775807.
std::optional<std::uint64_t> parse_length(std::string_view digits);

const char* to_string(Verb verb);                      ///< upper case, as sent
std::optional<Verb> verb_from(std::string_view word);  ///< either case (clause 2.1)

/// Whole and valid UTF-8 (RFC 3629: no overlong forms, no surrogates, at most U+10FFFF).
bool is_utf8(std::string_view text);

/// How many bytes the character at the front of `text` has, 1 to 4; 0 if there is no whole and valid one.
std::size_t utf8_sequence_bytes(std::string_view text);

}  // namespace bftp::protocol
