#pragma once

#include <cstdint>
#include <string>
#include <string_view>

/// Figures as text for people. No locale: a point for decimals, commas between thousands. Not finite:
/// "unknown".
namespace bftp::report {

std::string grouped(std::uint64_t value);  ///< "9,600"
/// Three significant digits without an exponent: "0.0123", "1.23", "12.3", "1,230".
std::string significant(double value);
std::string bytes_text(double bytes);      ///< "412 bytes", "914 KiB", "64.0 MiB"
std::string milliseconds_text(double ms);  ///< "45.0 µs", "0.412 ms", "12.3 ms", "1.24 s"
std::string seconds_text(double seconds);  ///< "412 ms", "42.1 s", "3 min 5 s"
std::string percent_text(double share);    ///< of a share of 1: "12.3 %"
/// The value that so many significant digits give: shorter in JSON, and the same on every machine.
double rounded(double value, int digits);
/// "1 check", "2 checks".
std::string counted(std::uint64_t count, std::string_view one, std::string_view many);

}  // namespace bftp::report
