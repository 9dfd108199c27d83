#pragma once

#include <string>
#include <vector>

#include <CLI/CLI.hpp>

namespace bftp::cli {

/// Takes one of these words, which --help lists. For any other it says which is the nearest.
CLI::Validator one_of(std::vector<std::string> words);

}  // namespace bftp::cli
