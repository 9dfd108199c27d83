#pragma once

#include <string>

#include <boost/json/value.hpp>

namespace bftp::report {

/// Indented JSON for people and for diff; arrays and objects without nesting stay on one line while they fit
/// 110 columns. Doubles have the fewest digits that read back as the same value. Strings are made valid
/// UTF-8; everything outside printable ASCII that could hide or reorder text is written as \uXXXX. Ends with
/// a line end.
std::string json_text(const boost::json::value& value);

/// Compact JSON that is safe inside an HTML script element of type application/json: < > & and U+2028, U+2029
/// are \uXXXX.
std::string json_for_html(const boost::json::value& value);

}  // namespace bftp::report
