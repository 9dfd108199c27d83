#include "protocol/path.hpp"

#include <algorithm>
#include <cassert>

namespace bftp::protocol {

namespace {

constexpr std::size_t name_bytes_max = 255;  // clause 3.3

}  // namespace

std::string VirtualPath::parent() const {
  const auto slash = text.rfind('/');
  return slash == 0 ? "/" : text.substr(0, slash);
}

std::string VirtualPath::name() const {
  return text.substr(text.rfind('/') + 1);
}

std::variant<VirtualPath, Refusal> resolve(std::string_view current_folder, std::string_view argument) {
  assert(current_folder.starts_with('/'));
  if (argument.empty()) return Refusal{ReplyCode::malformed, "the path is missing"};
  if (argument.find('\0') != argument.npos) return Refusal{ReplyCode::malformed, "a path holds no NUL byte"};

  // "" stands for the root while names are added and taken away; each name comes with its slash in front.
  std::string path(argument.front() == '/' || current_folder == "/" ? "" : current_folder);
  bool names_folder = false;
  for (std::size_t at = 0; at < argument.size();) {
    const auto slash = std::min(argument.find('/', at), argument.size());
    const auto name = argument.substr(at, slash - at);
    at = slash + 1;
    names_folder = true;  // unless a plain name turns out to be the last thing
    if (name.empty() || name == ".") continue;
    if (name == "..") {
      if (path.empty()) return Refusal{ReplyCode::forbidden, "the path leads outside the root"};
      path.resize(path.rfind('/'));
      continue;
    }
    if (name.size() > name_bytes_max) return Refusal{ReplyCode::malformed, "a name has at most 255 bytes"};
    path.append("/").append(name);
    names_folder = slash < argument.size();
  }
  return VirtualPath{path.empty() ? "/" : path, names_folder};
}

}  // namespace bftp::protocol
