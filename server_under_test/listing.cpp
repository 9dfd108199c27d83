#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>

#include <algorithm>
#include <cerrno>
#include <cstdint>
#include <cstring>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "protocol/request.hpp"
#include "server_under_test/folder_walk.hpp"
#include "server_under_test/long_work.hpp"
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

/// The lines as they will go out, but for their order: held once, however long it takes the client. In blocks
/// that stay where they are, since a text that moves as it grows takes twice the room for a while.
class Lines {
 public:
  explicit Lines(MemoryBudget& memory) : memory_(memory) {}

  /// False: there is no memory for it.
  bool add(std::string_view name, const Found& found) {
    std::string line = found.kind == Kind::folder ? "D 0 " : "F " + std::to_string(found.size) + ' ';
    const auto name_at = line.size();
    (line += name) += '\n';
    if (room_ < line.size() && !add_block()) return false;
    char* const start = blocks_.back().get() + (block_bytes - room_);
    line.copy(start, line.size());
    room_ -= line.size();
    text_bytes_ += line.size();
    lines_.push_back({start, static_cast<std::uint32_t>(line.size()), static_cast<std::uint32_t>(name_at)});
    return true;
  }

  void sort() {
    // std::string_view compares bytes as unsigned char.
    std::ranges::sort(lines_, {}, [](const Line& line) { return line.name(); });
  }

  /// After add() has failed: whether it would not have, had nobody else anything.
  bool fit_alone() const { return bytes_with_another_block() <= memory_.limit_bytes(); }
  std::size_t text_bytes() const { return text_bytes_; }
  std::size_t count() const { return lines_.size(); }
  std::string_view line(std::size_t number) const { return lines_[number].text(); }

 private:
  static constexpr std::size_t block_bytes = 16u << 10;  ///< of many lines; each has a name of at most 255

  struct Line {
    const char* start;
    std::uint32_t bytes;
    std::uint32_t name_at;

    std::string_view text() const { return {start, bytes}; }
    std::string_view name() const { return text().substr(name_at, bytes - name_at - 1); }
  };

  /// As far as they are counted.
  std::size_t bytes_with_another_block() const {
    const auto bytes = (blocks_.size() + 1) * block_bytes + lines_.size() * sizeof(Line);
    return std::max(bytes, listing_bytes_free) - listing_bytes_free;
  }

  bool add_block() {
    if (!memory_.grow_to(bytes_with_another_block())) return false;
    blocks_.push_back(std::make_unique_for_overwrite<char[]>(block_bytes));
    room_ = block_bytes;
    return true;
  }

  std::vector<std::unique_ptr<char[]>> blocks_;
  std::size_t room_ = 0;  ///< in the last block
  std::size_t text_bytes_ = 0;
  std::vector<Line> lines_;
  MemoryBudget::Share memory_;
};

class LinesSource final : public Source {
 public:
  explicit LinesSource(Lines lines) : lines_(std::move(lines)) {}

  std::uint64_t size() const override { return lines_.text_bytes(); }

  std::size_t read(std::span<std::byte> into) override {
    std::size_t filled = 0;
    while (filled < into.size() && next_ < lines_.count()) {
      const auto rest = lines_.line(next_).substr(done_in_next_);
      const auto size = std::min(rest.size(), into.size() - filled);
      std::memcpy(into.data() + filled, rest.data(), size);
      filled += size;
      done_in_next_ += size;
      if (size < rest.size()) break;
      ++next_;
      done_in_next_ = 0;
    }
    return filled;
  }

 private:
  Lines lines_;
  std::size_t next_ = 0;
  std::size_t done_in_next_ = 0;
};

class Listing final : public Work {
 public:
  Listing(const RootFolder& root, MemoryBudget& memory, VirtualPath path, FolderStream folder)
      : root_(&root), path_(std::move(path)), folder_(std::move(folder)), lines_(memory) {}

  std::optional<Answer> step() override {
    for (int i = 0; i < names_per_step; ++i) {
      const dirent* entry = ::readdir(folder_.get());
      if (entry == nullptr) return may_not_look_ ? refusal(refusal_for(EACCES)) : listed();
      if (!add(entry->d_name)) return too_large();
    }
    return std::nullopt;
  }

 private:
  /// False: there is no memory for it.
  bool add(const char* name_text) {
    const std::string_view name = name_text;
    if (name == "." || name == ".." || is_temporary_name(name) || !can_be_sent(name)) return true;
    const auto found = look(name_text);
    return found.kind == Kind::other || lines_.add(name, found);
  }

  Found look(const char* name) {
    struct stat about {};
    if (::fstatat(::dirfd(folder_.get()), name, &about, AT_SYMLINK_NOFOLLOW) != 0) {
      // A folder may be open for reading and closed for looking at what is in it: empty it is not. Any other
      // name has vanished meanwhile, and is no longer to be listed.
      may_not_look_ = may_not_look_ || errno == EACCES;
      return {};
    }
    if (S_ISDIR(about.st_mode)) return {Kind::folder, 0};
    if (S_ISREG(about.st_mode)) return {Kind::file, static_cast<std::uint64_t>(about.st_size)};
    return S_ISLNK(about.st_mode) ? look_through_link(name) : Found{};
  }

  Found look_through_link(const char* name) const {
    const auto found = root_->look({(path_.is_root() ? "" : path_.text) + "/" + name, false});
    return found ? *found : Found{};
  }

  Answer listed() {
    lines_.sort();
    auto answer = ok(std::to_string(lines_.text_bytes()));
    answer.body = std::make_unique<LinesSource>(std::move(lines_));
    return answer;
  }

  Answer too_large() const {
    if (!lines_.fit_alone())
      return refusal(protocol::ReplyCode::server_failed, "the folder has too many names to list");
    return refusal(protocol::ReplyCode::too_many_clients, "too many long listings at once; try again");
  }

  const RootFolder* root_;
  VirtualPath path_;
  FolderStream folder_;
  Lines lines_;
  bool may_not_look_ = false;
};

}  // namespace

std::unique_ptr<Work> make_listing(const RootFolder& root, MemoryBudget& memory, VirtualPath path,
                                   protocol::UniqueFd folder) {
  FolderStream stream(::fdopendir(folder.get()));
  if (!stream) return nullptr;
  static_cast<void>(folder.release());
  return std::make_unique<Listing>(root, memory, std::move(path), std::move(stream));
}

}  // namespace bftp::server
