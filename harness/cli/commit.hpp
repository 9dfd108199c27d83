#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace bftp::cli {

/// Where the tested commit may be learned from. Seams; tests hand in words.
struct CommitSources {
  std::function<std::optional<std::string>(const char* name)> environment;
  std::function<std::optional<std::string>(const std::vector<std::string>& argv)> output_of;
};

CommitSources system_commit_sources();

/// The commit under test: as given, else from the CI system (GITHUB_SHA, CI_COMMIT_SHA), else of the git
/// working tree that we stand in, with "-dirty" when it has changes that are not committed. Nothing when
/// nobody knows.
std::optional<std::string> find_commit(const std::string& given, const CommitSources& sources);

}  // namespace bftp::cli
