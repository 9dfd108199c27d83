#include "harness/launch/executable.hpp"

#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <fstream>
#include <sstream>

#include "harness/launch/last_lines.hpp"

namespace bftp::launch {
namespace {

using protocol::Error;
using protocol::ErrorKind;
using protocol::Result;

constexpr std::string_view default_path = "/usr/local/bin:/usr/bin:/bin";

/// A server needs these to find its interpreter, its libraries and a place for scratch files. Everything else
/// stays behind: a run must not depend on what the user happened to export. The sanitizers' are for
/// instrumented servers.
constexpr std::array<std::string_view, 22> passed_on{
    "PATH",        "HOME",      "USER",   "LOGNAME",         "LANG",         "LANGUAGE",     "LC_ALL",
    "LC_CTYPE",    "TZ",        "TMPDIR", "LD_LIBRARY_PATH", "JAVA_HOME",    "PYTHONPATH",   "VIRTUAL_ENV",
    "PYENV_ROOT",  "NODE_PATH", "GOROOT", "DOTNET_ROOT",     "ASAN_OPTIONS", "TSAN_OPTIONS", "UBSAN_OPTIONS",
    "LSAN_OPTIONS"};

/// Names and first lines are a stranger's.
std::string quoted(std::string_view text) {
  return "'" + printable(text) + "'";
}

bool is_executable(const std::string& path) {
  struct stat about {};
  return ::stat(path.c_str(), &about) == 0 && S_ISREG(about.st_mode) && ::access(path.c_str(), X_OK) == 0;
}

std::string absolute(const std::string& path, const std::string& folder) {
  return path.starts_with("/") ? path : folder + "/" + path;
}

Result<std::string> check_path(const std::string& name, const std::string& path) {
  struct stat about {};
  if (::stat(path.c_str(), &about) != 0)
    return Error{ErrorKind::not_found, "no such command: there is no file " + quoted(path), errno};
  if (S_ISDIR(about.st_mode))
    return Error{ErrorKind::invalid_input, quoted(name) + " is a folder, not a command", EISDIR};
  if (!is_executable(path))
    return Error{ErrorKind::no_permission,
                 quoted(path) + " is not executable: 'chmod +x' it, or name its interpreter first, as in " +
                     quoted("python3 " + name),
                 EACCES};
  return path;
}

std::string missing_interpreter(const std::string& file) {
  std::ifstream stream(file);
  std::string line;
  std::getline(stream, line);
  if (!line.starts_with("#!")) return {};
  if (line.ends_with('\r'))
    return "; its first line ends in CR LF, so the system looks for an interpreter with a CR in its name";
  return ", but the interpreter that its first line names is missing: " + printable(line.substr(2, 100));
}

}  // namespace

Result<std::string> find_executable(const std::string& name, std::string_view path,
                                    const std::string& folder) {
  if (name.empty()) return Error{ErrorKind::invalid_input, "the command is empty", EINVAL};
  if (name.find('/') != std::string::npos) return check_path(name, absolute(name, folder));
  std::string not_executable;
  std::istringstream entries{std::string(path)};
  for (std::string entry; std::getline(entries, entry, ':');) {
    const auto candidate = absolute(entry.empty() ? name : entry + "/" + name, folder);
    if (is_executable(candidate)) return candidate;
    if (::access(candidate.c_str(), F_OK) == 0) not_executable = candidate;
  }
  if (!not_executable.empty()) return check_path(name, not_executable);
  std::string message =
      "no such command: " + quoted(name) + " is in no folder of PATH (" + printable(path) + ")";
  if (::access(absolute(name, folder).c_str(), F_OK) == 0)
    message += "; the file of that name in " + printable(folder) + " is run by " + quoted("./" + name);
  return Error{ErrorKind::not_found, message, ENOENT};
}

std::string explain_exec_error(const std::string& file, int error) {
  if (error == ENOENT) {
    const auto why = missing_interpreter(file);
    return quoted(file) + " exists" +
           (why.empty() ? ", but the loader or library that it needs is missing" : why);
  }
  if (error == ENOEXEC)
    return quoted(file) +
           " is neither a program for this machine nor a script whose first line starts with '#!'";
  return quoted(file) + " cannot be executed: " + std::strerror(error);
}

std::vector<std::string> make_environment(bool inherit, const std::vector<std::string>& extra) {
  std::vector<std::string> result;
  for (char** entry = ::environ; *entry != nullptr; ++entry) {
    const std::string_view text = *entry;
    const auto name = text.substr(0, text.find('='));
    if (inherit || std::find(passed_on.begin(), passed_on.end(), name) != passed_on.end())
      result.emplace_back(text);
  }
  if (value_of(result, "PATH", "").empty()) result.push_back("PATH=" + std::string(default_path));
  if (value_of(result, "LANG", "").empty()) result.emplace_back("LANG=C.UTF-8");
  result.insert(result.end(), extra.begin(), extra.end());
  return result;
}

std::string value_of(const std::vector<std::string>& environment, std::string_view name,
                     std::string_view fallback) {
  const std::string prefix = std::string(name) + "=";
  std::string found(fallback);
  for (const auto& entry : environment)
    if (entry.starts_with(prefix)) found = entry.substr(prefix.size());
  return found;
}

}  // namespace bftp::launch
