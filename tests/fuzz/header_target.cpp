#include <algorithm>
#include <string>

#include "protocol/conversation.hpp"
#include "tests/fuzz/check.hpp"
#include "tests/fuzz/targets.hpp"

namespace bftp::fuzz {

using namespace protocol;

void fuzz_header(std::string_view input) {
  std::string header(input.substr(0, header_size));
  header.resize(header_size, '0');
  const auto size = decode_header(header, 0xffffffff);
  if (!size) {
    BFTP_FUZZ_CHECK(size.error().kind == ErrorKind::malformed);
    return;
  }
  std::transform(header.begin(), header.end(), header.begin(),
                 [](char c) { return c >= 'A' && c <= 'F' ? static_cast<char>(c - 'A' + 'a') : c; });
  BFTP_FUZZ_CHECK(encode_header(*size) == header);
  const auto bounded = decode_header(header);
  BFTP_FUZZ_CHECK(bounded.has_value() == (*size <= message_size_max));
}

}  // namespace bftp::fuzz
