#include "harness/cli/commit.hpp"

#include <cstdlib>

#include "harness/launch/command_output.hpp"

namespace bftp::cli {
namespace {

constexpr std::size_t commit_bytes_max = 100;

/// Of one line, without what could be a mistake or a trick in a table.
std::optional<std::string> plausible(std::string text) {
  while (text.ends_with('\n')) text.pop_back();
  const bool right =
      !text.empty() && text.size() <= commit_bytes_max &&
      text.find_first_not_of("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._/+-") ==
          std::string::npos;
  return right ? std::optional(std::move(text)) : std::nullopt;
}

}  // namespace

CommitSources system_commit_sources() {
  return {[](const char* name) -> std::optional<std::string> {
            const char* value = std::getenv(name);
            return value != nullptr ? std::optional<std::string>(value) : std::nullopt;
          },
          [](const std::vector<std::string>& argv) {
            return launch::output_of(argv);
          }};
}

std::optional<std::string> find_commit(const std::string& given, const CommitSources& sources) {
  if (!given.empty()) return plausible(given);
  for (const char* name : {"GITHUB_SHA", "CI_COMMIT_SHA"})
    if (auto value = sources.environment(name); value && plausible(*value)) return plausible(*value);
  auto described =
      sources.output_of({"git", "describe", "--always", "--dirty", "--abbrev=40", "--exclude=*"});
  return described ? plausible(std::move(*described)) : std::nullopt;
}

}  // namespace bftp::cli
