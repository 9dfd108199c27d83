#include "protocol/connection.hpp"
#include "tests/fuzz/check.hpp"
#include "tests/fuzz/targets.hpp"

namespace bftp::fuzz {

using namespace protocol;

void fuzz_endpoint(std::string_view input) {
  const auto endpoint = parse_endpoint(input);
  if (!endpoint) {
    BFTP_FUZZ_CHECK(endpoint.error().kind == ErrorKind::invalid_input);
    return;
  }
  BFTP_FUZZ_CHECK(!endpoint->host.empty());
  const auto again = parse_endpoint(endpoint->text());
  BFTP_FUZZ_CHECK(again.has_value() && *again == *endpoint);
}

}  // namespace bftp::fuzz
