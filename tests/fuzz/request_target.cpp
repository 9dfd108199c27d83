#include <algorithm>

#include "protocol/request.hpp"
#include "tests/fuzz/check.hpp"
#include "tests/fuzz/targets.hpp"

namespace bftp::fuzz {

using namespace protocol;

void fuzz_request(std::string_view input) {
  const auto parsed = parse_request(input);
  if (const auto* refusal = std::get_if<Refusal>(&parsed)) {
    BFTP_FUZZ_CHECK(refusal->code == ReplyCode::malformed || refusal->code == ReplyCode::unknown_verb);
    BFTP_FUZZ_CHECK(!refusal->text.empty() && is_utf8(refusal->text));
    return;
  }
  const auto& request = std::get<Request>(parsed);
  BFTP_FUZZ_CHECK(is_utf8(input));
  BFTP_FUZZ_CHECK(
      std::none_of(input.begin(), input.end(), [](char c) { return static_cast<unsigned char>(c) < 0x20; }));
  const auto again = parse_request(encode_request(request));
  BFTP_FUZZ_CHECK(std::holds_alternative<Request>(again) && std::get<Request>(again) == request);
}

void fuzz_reply(std::string_view input) {
  const auto reply = parse_reply(input);
  if (!reply) return;
  BFTP_FUZZ_CHECK(reply->ok == input.starts_with("OK"));
  BFTP_FUZZ_CHECK(reply->code <= 999);
  // "ERR 007 x" reads as 7 and is written without its zeros, which nobody reads: codes have three digits.
  if (reply->ok || reply->code >= 100) BFTP_FUZZ_CHECK(parse_reply(encode_reply(*reply)) == reply);
}

void fuzz_length(std::string_view input) {
  const auto length = parse_length(input);
  if (length) BFTP_FUZZ_CHECK(std::to_string(*length) == input);
}

}  // namespace bftp::fuzz
