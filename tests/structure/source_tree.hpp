#pragma once

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <regex>
#include <string>
#include <vector>

/// The project's own C++ files, as text, for tests of the rules that hold over all of them.
namespace bftp::structure {

struct SourceFile {
  std::string path;  ///< from the project's root
  std::vector<std::string> lines;
};

inline std::vector<std::string> lines_of(const std::filesystem::path& path) {
  std::ifstream file(path);
  std::vector<std::string> lines;
  for (std::string line; std::getline(file, line);) lines.push_back(line);
  return lines;
}

inline std::vector<SourceFile> source_files() {
  namespace fs = std::filesystem;
  std::vector<SourceFile> files;
  const fs::path root = BFTP_SOURCE_DIR;
  for (const char* folder : {"protocol", "processes", "server_under_test", "client_under_test", "fixtures",
                             "harness", "tests", "bench"}) {
    if (!fs::exists(root / folder)) continue;
    for (const auto& entry : fs::recursive_directory_iterator(root / folder)) {
      const std::string extension = entry.path().extension();
      if (extension == ".cpp" || extension == ".hpp")
        files.push_back({fs::relative(entry.path(), root), lines_of(entry.path())});
    }
  }
  return files;
}

/// Includes in quotes: the project's own.
inline std::vector<std::string> own_includes(const SourceFile& file) {
  static const std::regex pattern("^\\s*#\\s*include\\s+\"([^\"]+)\"");
  std::vector<std::string> includes;
  std::smatch match;
  for (const std::string& line : file.lines)
    if (std::regex_search(line, match, pattern)) includes.push_back(match[1]);
  return includes;
}

inline std::vector<std::string> system_includes(const SourceFile& file) {
  static const std::regex pattern("^\\s*#\\s*include\\s+<([^>]+)>");
  std::vector<std::string> includes;
  std::smatch match;
  for (const std::string& line : file.lines)
    if (std::regex_search(line, match, pattern)) includes.push_back(match[1]);
  return includes;
}

/// "harness/judge/checks/tail.cpp" -> "harness/judge"; "protocol/x.hpp" -> "protocol".
inline std::string room_of(const std::string& path) {
  const std::size_t first = path.find('/');
  const std::string top = path.substr(0, first);
  if (top != "harness" && top != "tests") return top;
  if (top == "tests") return "tests";
  return path.substr(0, path.find('/', first + 1));
}

}  // namespace bftp::structure
