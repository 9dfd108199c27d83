#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace bftp::report {

/// Words wrapped to `width` columns (at least 2); a word that is longer is cut into pieces. Lines of the text
/// stay lines. All pieces of one are indented as it is, and have its bar ("| ", what a server printed).
std::vector<std::string> wrap(std::string_view text, std::size_t width);

}  // namespace bftp::report
