#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace bftp::report {

struct CodePoint {
  char32_t value = 0;      ///< U+FFFD for bytes that are not UTF-8
  std::size_t length = 1;  ///< bytes that it took, at least 1
  bool valid = true;
};

/// The code point at the front of `bytes`, which is not empty. Strict: no overlong forms, surrogates or
/// values past U+10FFFF (RFC 3629). An invalid sequence takes one byte.
CodePoint next_code_point(std::string_view bytes);

void append_utf8(std::string& to, char32_t value);

}  // namespace bftp::report
