#include "harness/cli/placed_surroundings.hpp"

#include <fstream>
#include <string_view>
#include <utility>
#include <vector>

#include "harness/cli/place_file.hpp"
#include "processes/remove_folder.hpp"

namespace bftp::cli {

namespace fs = std::filesystem;
using torture::Lying;
using Kind = Lying::Kind;

namespace {

/// More than anything that is placed here, or stored by a case.
constexpr std::size_t looked_at_bytes_max = 4'096;
constexpr std::string_view link_to_file = "probe-link";
constexpr std::string_view link_to_folder = "probe-out";
constexpr std::string_view file_inside = "in.bin";

}  // namespace

/// The file's name begins like the root's, which is all that some servers look at; it is short, since a
/// request of clause 7.4 has 40 bytes.
PlacedSurroundings::PlacedSurroundings(fs::path root, std::string own_prefix, std::function<void()> fill_root)
    : root_(std::move(root)),
      above_(root_.parent_path()),
      own_prefix_(std::move(own_prefix)),
      fill_root_(std::move(fill_root)) {
  outside_.name = root_.filename().string() + "-beside-" + random_hex(1).substr(2) + ".bin";
  outside_.content = random_hex(8);
  outside_.root_path = root_.string();
  outside_.folder = "probe.d";
  outside_.link = link_to_file;
  outside_.neighbour = outside_.name + ".d";
  outside_.empty_folder = outside_.name + ".e";
}

std::unique_ptr<PlacedSurroundings> PlacedSurroundings::place(const std::string& root,
                                                              const std::string& own_prefix,
                                                              std::function<void()> fill_root) {
  std::unique_ptr<PlacedSurroundings> placed(
      new PlacedSurroundings(fs::absolute(root).lexically_normal(), own_prefix, std::move(fill_root)));
  auto& outside = placed->outside_;
  if (!placed->put_file(outside.name) || !placed->put_folder(placed->root_ / outside.folder)) return nullptr;
  // Some file systems know no links.
  if (!placed->put_link(outside.link, outside.name, false)) outside.link.clear();
  if (!placed->put_folder(placed->above_ / outside.empty_folder)) outside.empty_folder.clear();
  const std::string inside = outside.neighbour + "/" + std::string(file_inside);
  if (placed->put_folder(placed->above_ / outside.neighbour) && placed->put_file(inside) &&
      placed->put_link(std::string(link_to_folder), outside.neighbour, true))
    outside.through_folder_link = std::string(link_to_folder) + "/" + std::string(file_inside);
  return placed;
}

Lying PlacedSurroundings::look(const std::string& path) {
  std::error_code error;
  const auto status = fs::symlink_status(above_ / path, error);
  if (status.type() == fs::file_type::directory) return {Kind::folder};
  if (status.type() != fs::file_type::regular) return {fs::exists(status) ? Kind::other : Kind::nothing};
  Lying lying{Kind::file, std::string(looked_at_bytes_max, '\0')};
  std::ifstream file(above_ / path, std::ios::binary);
  file.read(lying.content.data(), static_cast<std::streamsize>(lying.content.size()));
  lying.content.resize(static_cast<std::size_t>(file.gcount()));
  return lying;
}

void PlacedSurroundings::put_back() {
  remove_own(above_);
  if (!put_folder(root_)) return;
  if (fill_root_) fill_root_();
  put_file(outside_.name);
  put_folder(root_ / outside_.folder);
  if (!outside_.link.empty()) put_link(outside_.link, outside_.name, false);
  if (!outside_.empty_folder.empty()) put_folder(above_ / outside_.empty_folder);
  if (outside_.through_folder_link.empty()) return;
  put_folder(above_ / outside_.neighbour);
  remove_own(above_ / outside_.neighbour);
  put_file(outside_.neighbour + "/" + std::string(file_inside));
  put_link(std::string(link_to_folder), outside_.neighbour, true);
}

bool PlacedSurroundings::put_folder(const fs::path& path) {
  std::error_code error;
  if (fs::symlink_status(path, error).type() == fs::file_type::directory) return true;
  static_cast<void>(processes::remove_folder(path.string()));
  return fs::create_directory(path, error) && !error;
}

bool PlacedSurroundings::put_file(const std::string& path) {
  if (look(path) == Lying{Kind::file, outside_.content}) return true;
  const fs::path whole = above_ / path;
  return place_file(whole.parent_path().string(), {whole.filename().string(), outside_.content});
}

bool PlacedSurroundings::put_link(const std::string& name, const std::string& target, bool to_folder) {
  const fs::path link = root_ / name;
  std::error_code error;
  if (fs::read_symlink(link, error) == above_ / target && !error) return true;
  static_cast<void>(processes::remove_folder(link.string()));
  error.clear();
  if (to_folder)
    fs::create_directory_symlink(above_ / target, link, error);
  else
    fs::create_symlink(above_ / target, link, error);
  return !error;
}

/// What begins with own_prefix_ in `folder`.
void PlacedSurroundings::remove_own(const fs::path& folder) {
  if (own_prefix_.empty()) return;
  std::vector<std::string> strays;
  std::error_code failed;
  for (fs::directory_iterator entry(folder, failed), end; !failed && entry != end; entry.increment(failed))
    if (entry->path().filename().string().starts_with(own_prefix_)) strays.push_back(entry->path().string());
  for (const std::string& stray : strays) static_cast<void>(processes::remove_folder(stray));
}

}  // namespace bftp::cli
