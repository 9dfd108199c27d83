#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>

#include <algorithm>
#include <string>
#include <vector>

#include "protocol/request.hpp"
#include "server_under_test/folder_walk.hpp"
#include "server_under_test/long_work.hpp"
#include "server_under_test/sources.hpp"
#include "server_under_test/temporary_name.hpp"

namespace bftp::server {

namespace {

using protocol::VirtualPath;

constexpr int names_per_step = 500;  ///< about a millisecond

/// A client could neither read such a name in a line of its own nor send it back (4.13).
bool can_be_sent(std::string_view name) {
  const auto is_control = [](unsigned char byte) {
    return byte < 0x20 || byte == 0x7f;
  };
  return std::none_of(name.begin(), name.end(), is_control) && protocol::is_utf8(name);
}

struct Entry {
  std::string name;
  Found found;
};

class Listing final : public Work {
 public:
  Listing(const RootFolder& root, VirtualPath path, FolderStream folder)
      : root_(&root), path_(std::move(path)), folder_(std::move(folder)) {}

  std::optional<Answer> step() override {
    for (int i = 0; i < names_per_step; ++i) {
      const dirent* entry = ::readdir(folder_.get());
      if (entry == nullptr) return listed();
      add(entry->d_name);
    }
    return std::nullopt;
  }

 private:
  void add(const char* name_text) {
    const std::string_view name = name_text;
    if (name == "." || name == ".." || is_temporary_name(name) || !can_be_sent(name)) return;
    const auto found = look(name_text);
    if (found.kind != Kind::other) entries_.push_back({std::string(name), found});
  }

  Found look(const char* name) const {
    struct stat about {};
    // A name that vanishes meanwhile is no longer to be listed.
    if (::fstatat(::dirfd(folder_.get()), name, &about, AT_SYMLINK_NOFOLLOW) != 0) return {};
    if (S_ISDIR(about.st_mode)) return {Kind::folder, 0};
    if (S_ISREG(about.st_mode)) return {Kind::file, static_cast<std::uint64_t>(about.st_size)};
    return S_ISLNK(about.st_mode) ? look_through_link(name) : Found{};
  }

  Found look_through_link(const char* name) const {
    const auto found = root_->look({(path_.is_root() ? "" : path_.text) + "/" + name, false});
    return found ? *found : Found{};
  }

  Answer listed() {
    // std::string compares bytes as unsigned char.
    std::sort(entries_.begin(), entries_.end(), [](auto& a, auto& b) { return a.name < b.name; });
    std::string text;
    for (const auto& [name, found] : entries_) {
      text += found.kind == Kind::folder ? "D 0" : "F " + std::to_string(found.size);
      text += ' ' + name + '\n';
    }
    auto answer = ok(std::to_string(text.size()));
    answer.body = std::make_unique<TextSource>(std::move(text));
    return answer;
  }

  const RootFolder* root_;
  VirtualPath path_;
  FolderStream folder_;
  std::vector<Entry> entries_;
};

}  // namespace

std::unique_ptr<Work> make_listing(const RootFolder& root, VirtualPath path, protocol::UniqueFd folder) {
  FolderStream stream(::fdopendir(folder.get()));
  if (!stream) return nullptr;
  static_cast<void>(folder.release());
  return std::make_unique<Listing>(root, std::move(path), std::move(stream));
}

}  // namespace bftp::server
