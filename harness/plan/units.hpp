#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "protocol/result.hpp"

/// Numbers as people type them. All errors are invalid_input and say what would be right.
namespace bftp::plan {

/// "4096", "64MiB", "64M", "1.5g" (1024-fold: K M G T, with or without iB), "64MB" (1000-fold), in any case;
/// whole bytes, at most 2^63 - 1. No blanks but one before the unit.
protocol::Result<std::uint64_t> parse_bytes(std::string_view text);

/// "30", "30s", "1.5s", "250ms", "2m" or "2min", "1h", "1m30s"; a bare number is in seconds. Seconds, at most
/// ten years.
protocol::Result<double> parse_duration(std::string_view text);

/// Decimal digits only, at most 2^63 - 1.
protocol::Result<std::uint64_t> parse_count(std::string_view text);

/// A finite decimal number, "0.5", "-3", "1e6".
protocol::Result<double> parse_number(std::string_view text);

/// Exact, and short where it can be: "64MiB", "1000B".
std::string format_bytes(std::uint64_t bytes);

}  // namespace bftp::plan
