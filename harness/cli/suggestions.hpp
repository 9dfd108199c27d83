#pragma once

#include <string>
#include <vector>

#include <CLI/CLI.hpp>

namespace bftp::cli {

/// A line that names the nearest subcommand or option for the first word that is none ("Did you mean
/// --clients?"), and one that points to --help. Never empty.
std::string suggestion_for(const CLI::App& app, const std::vector<std::string>& arguments);

}  // namespace bftp::cli
