#include "harness/cli/place_file.hpp"

#include <fmt/format.h>

#include <random>

#include "harness/cli/open_folder.hpp"

namespace bftp::cli {

bool place_file(const std::string& folder, const torture::KnownFile& file) {
  const auto opened = OpenFolder::open(folder);
  return opened && opened->put(file);
}

std::string random_hex(int words) {
  std::random_device random;
  std::string text;
  for (int i = 0; i < words; ++i) text += fmt::format("{:08x}", random());
  return text;
}

}  // namespace bftp::cli
