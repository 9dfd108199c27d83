#include "harness/cli/scratch_folder.hpp"

#include <fmt/format.h>

#include <cstdlib>
#include <filesystem>

namespace bftp::cli {

protocol::Result<std::unique_ptr<ScratchFolder>> ScratchFolder::create() {
  std::error_code error;
  const auto base = std::filesystem::temp_directory_path(error);
  std::string pattern = (error ? std::filesystem::path("/tmp") : base) / "bftp-torture-XXXXXX";
  if (::mkdtemp(pattern.data()) == nullptr)
    return protocol::system_error(
        fmt::format("cannot make a scratch folder {} (set TMPDIR to a folder that can be written)", pattern));
  return std::unique_ptr<ScratchFolder>(new ScratchFolder(pattern));
}

ScratchFolder::~ScratchFolder() {
  std::error_code
      ignored;  // a server's folder without permissions stays behind rather than ending the report
  std::filesystem::remove_all(path_, ignored);
}

}  // namespace bftp::cli
