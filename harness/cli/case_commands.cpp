#include "harness/cli/case_commands.hpp"

#include <fmt/format.h>

#include <filesystem>
#include <fstream>
#include <string_view>

namespace bftp::cli {
namespace {

void write(const std::filesystem::path& path, std::string_view content) {
  std::error_code ignored;
  std::filesystem::create_directories(path.parent_path(), ignored);
  std::ofstream(path, std::ios::binary) << content;
}

std::string page_for(const torture::CaseFiles& files) {
  std::string page =
      "What the torture cases asked the server for. To try a command of the report by hand, start your "
      "server on\n"
      "port 12345 with a copy of this folder as its root:\n\n"
      "    cp -r files /tmp/root && your-server 12345 /tmp/root\n\n"
      "Not kept here, since they are large, or lead out of the folder:\n\n";
  if (!files.large.empty()) page += fmt::format("    head -c 16M /dev/urandom > /tmp/root/{}\n", files.large);
  if (!files.outside) return page;
  page += fmt::format("    echo outside > /tmp/{}\n", files.outside->name);
  page += fmt::format("    mkdir /tmp/root/{}\n", files.outside->folder);
  if (!files.outside->link.empty())
    page += fmt::format("    ln -s /tmp/{} /tmp/root/{}\n", files.outside->name, files.outside->link);
  if (const auto& way = files.outside->through_folder_link; !way.empty())
    page += fmt::format(
        "    mkdir /tmp/{0}.d && echo outside > /tmp/{0}.d/in.bin && ln -s /tmp/{0}.d /tmp/root/{1}\n",
        files.outside->name, way.substr(0, way.find('/')));
  return page;
}

}  // namespace

void keep_case_files(const torture::CaseFiles& files, const std::string& folder) {
  const std::filesystem::path at(folder);
  write(at / files.probe.name, files.probe.content);
  if (files.long_named) write(at / files.long_named->name, files.long_named->content);
  for (const auto& file : files.listed) write(at / file.name, file.content);
  for (const auto& inner : {files.folder, files.named_folder})
    if (inner) write(at / inner->name / inner->file.name, inner->file.content);
  write(at.parent_path() / "files.txt", page_for(files));
}

void say_over_which_files(std::vector<record::CaseOutcome>& outcomes) {
  for (auto& outcome : outcomes)
    if (!outcome.reproduce.empty())
      outcome.reproduce += "  # a server on port 12345 over a copy of cases/files: see cases/files.txt";
}

}  // namespace bftp::cli
