#include "harness/cli/fixture_watch.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>

#include "harness/measure/temporary_files.hpp"
#include "protocol/sha256.hpp"

namespace bftp::cli {
namespace {

std::string name_of(const std::string& path) {
  return std::filesystem::path(path).filename().string();
}

}  // namespace

FixtureWatch::FixtureWatch(const record::RunRecord& record, const std::vector<std::string>& roots) {
  for (const std::string& root : roots) {
    for (std::size_t i = 0; i < record.fixtures.size(); ++i) {
      const std::string path = root + "/" + record.fixtures[i].name;
      if (const auto is = fixtures::identify(path)) served_.emplace(path, Served{*is, i});
    }
  }
}

void FixtureWatch::note_control_changes(record::RunRecord& record) const {
  const auto changed = std::ranges::find_if(
      served_, [](const auto& one) { return fixtures::identify(one.first) != one.second.was; });
  if (changed == served_.end()) return;
  record.warnings.push_back(
      {std::string(record::control_changed_warning),
       fmt::format("somebody changed or removed \"{}\" of the reference server while the run went on, which "
                   "this tool never does; the server under test, or another program of this user, can have "
                   "done it. What the reference server failed in excuses nobody",
                   name_of(changed->first))});
}

void FixtureWatch::note_served_changes(record::RunRecord& record) const {
  const auto is_spoilt = [&](const auto& one) {
    const auto& [path, served] = one;
    const auto is = fixtures::identify(path);
    if (is == served.was) return false;
    if (!is || is->size != served.was.size) return true;
    const auto digest = protocol::sha256_of_file(path);
    return !digest || *digest != record.fixtures[served.fixture].sha256;
  };
  std::vector<std::string> names;
  for (const auto& one : served_)
    if (is_spoilt(one)) names.push_back(name_of(one.first));
  if (names.empty()) return;
  const auto root_is_none = std::ranges::any_of(served_, [](const auto& one) {
    return measure::is_no_folder(std::filesystem::path(one.first).parent_path());
  });
  if (root_is_none) {
    record.warnings.push_back({std::string(record::served_changed_warning),
                               "the folder that is served is no folder any more: a link or a file lies in "
                               "its place"});
    return;
  }
  constexpr std::size_t told_max = 3;
  std::string told;
  for (std::size_t i = 0; i < std::min(told_max, names.size()); ++i)
    told += fmt::format("{}\"{}\"", i > 0 ? ", " : "", names[i]);
  if (names.size() > told_max) told += fmt::format(" and {} more", names.size() - told_max);
  record.warnings.push_back(
      {std::string(record::served_changed_warning),
       fmt::format("the files themselves are not what they were any more, in the folder that is served: {}",
                   told)});
}

}  // namespace bftp::cli
