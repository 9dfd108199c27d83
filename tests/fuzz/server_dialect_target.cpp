#include <fmt/format.h>

#include "server_under_test/dialects/dialect.hpp"
#include "server_under_test/dialects/http_request.hpp"
#include "tests/fuzz/check.hpp"
#include "tests/fuzz/targets.hpp"

namespace bftp::fuzz {

using namespace server;

namespace {

bool same(const Asked& a, const Asked& b) {
  return a.kind == b.kind && a.bytes == b.bytes && a.request == b.request && a.manner == b.manner;
}

/// What is complete stays so when more comes (1.4), unless its end is not in the bytes: a refusal takes all
/// of the input, and `raw` has no end.
void check_borders_mean_nothing(const Dialect& dialect, std::string_view input, const Asked& whole) {
  const bool is_request = std::holds_alternative<protocol::Request>(whole.request);
  if (whole.kind != Asked::Kind::complete || !is_request || dialect.name() == "raw") return;
  const auto exact = dialect.recognise(input.substr(0, whole.bytes), Input::goes_on);
  BFTP_FUZZ_CHECK(same(exact, whole));
  const auto before = dialect.recognise(input.substr(0, whole.bytes - 1), Input::goes_on);
  // A line of HTTP may end in LF alone, and then CR LF was more than needed; never less.
  BFTP_FUZZ_CHECK(whole.bytes == 1 || before.kind == Asked::Kind::incomplete);
}

}  // namespace

void fuzz_dialects(std::string_view input) {
  if (input.size() < 2) return;
  const auto& dialects = all_dialects();
  const auto& dialect = *dialects[static_cast<unsigned char>(input.front()) % dialects.size()];
  input.remove_prefix(1);
  for (const auto after : {Input::goes_on, Input::pauses, Input::ended}) {
    const auto asked = dialect.recognise(input, after);
    BFTP_FUZZ_CHECK(asked.bytes <= input.size());
    BFTP_FUZZ_CHECK((asked.kind == Asked::Kind::incomplete) == (asked.bytes == 0));
    BFTP_FUZZ_CHECK(asked.kind != Asked::Kind::tentative || after == Input::goes_on);
    BFTP_FUZZ_CHECK(asked.kind != Asked::Kind::incomplete || input.size() < Dialect::request_bytes_max);
    if (after == Input::goes_on) check_borders_mean_nothing(dialect, input, asked);
    std::string wire;
    dialect.frame({.ok = true, .code = 0, .detail = "5"}, asked.manner, wire);
    dialect.frame({.ok = false, .code = 404, .detail = "no such file"}, asked.manner, wire);
  }
}

void fuzz_http_request(std::string_view input) {
  const auto parsed = parse_http_request(input);
  if (!parsed) {
    BFTP_FUZZ_CHECK(input.size() < http_head_bytes_max);
  } else if (const auto* fault = std::get_if<HttpFault>(&*parsed)) {
    BFTP_FUZZ_CHECK(fault->status >= 400 && fault->status < 600 && !fault->text.empty());
  } else {
    const auto& request = std::get<HttpRequest>(*parsed);
    BFTP_FUZZ_CHECK(request.bytes <= input.size() && request.bytes <= http_head_bytes_max);
    const bool reads_a_file = request.method == "GET" || request.method == "HEAD";
    BFTP_FUZZ_CHECK(!request.method.empty() && request.path.starts_with('/') == reads_a_file);
  }
  std::string escaped;
  for (const char c : input) escaped += fmt::format("%{:02x}", static_cast<unsigned char>(c));
  BFTP_FUZZ_CHECK(percent_decoded(escaped) == input);
}

}  // namespace bftp::fuzz
