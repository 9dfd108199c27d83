#pragma once

#include <string_view>

#include <boost/json/value.hpp>

#include "protocol/result.hpp"

namespace bftp::record {

/// A JSON document whose numbers are read exactly: to the double that is nearest, as they were written.
/// boost::json::parse (1.81) is off by one unit in the last place now and then, and what is judged again
/// would no longer be byte for byte what it was. Errors: malformed, in words.
protocol::Result<boost::json::value> read_json(std::string_view text);

}  // namespace bftp::record
