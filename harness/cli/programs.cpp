#include "harness/cli/programs.hpp"

#include <filesystem>

namespace bftp::cli {

std::string program_folder() {
  std::error_code error;
  const auto self = std::filesystem::read_symlink("/proc/self/exe", error);
  return error ? std::string(".") : self.parent_path().string();
}

std::string sibling_program(std::string_view name) {
  return program_folder() + "/" + std::string(name);
}

}  // namespace bftp::cli
