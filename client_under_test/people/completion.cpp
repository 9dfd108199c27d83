#include "client_under_test/people/completion.hpp"

#include <algorithm>

#include "client_under_test/people/visible.hpp"
#include "client_under_test/people/words.hpp"

namespace bftp::client::people {

namespace {

std::vector<KnownName> command_names() {
  std::vector<KnownName> names;
  for (const auto& command : commands()) names.push_back({command.name, false});
  return names;
}

std::string common_start(const std::vector<KnownName>& names) {
  std::string common = names.front().name;
  for (const auto& one : names) {
    const auto differs = std::mismatch(common.begin(), common.end(), one.name.begin(), one.name.end()).first;
    common.erase(differs, common.end());
  }
  // Not within a character: the line would not be UTF-8 any more.
  while (!protocol::is_utf8(common)) common.pop_back();
  return common;
}

}  // namespace

Completion complete(std::string_view line, const ListNames& list) {
  const auto typed = split_unfinished(line);
  Completion completion{typed.last_at, std::string(line.substr(typed.last_at)), {}};
  std::string folder;
  std::vector<KnownName> names;
  if (typed.words.empty()) {
    names = command_names();
  } else if (const auto* command = find_command(typed.words[0]);
             command != nullptr && command->completes != Names::none) {
    folder = typed.last.substr(0, typed.last.rfind('/') + 1);
    names = list(command->completes, folder);
  }
  const auto stem = typed.last.substr(folder.size());
  std::erase_if(
      names, [&](const auto& one) { return !one.name.starts_with(stem) || visible(one.name) != one.name; });
  if (names.empty()) return completion;
  completion.replacement = escape_word(folder + common_start(names));
  if (names.size() == 1) completion.replacement += names.front().is_folder ? "/" : " ";
  if (names.size() > 1) {
    for (const auto& one : names) completion.candidates.push_back(one.name + (one.is_folder ? "/" : ""));
    std::sort(completion.candidates.begin(), completion.candidates.end());
  }
  return completion;
}

}  // namespace bftp::client::people
