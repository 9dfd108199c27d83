#pragma once

#include <string>
#include <string_view>

namespace bftp::cli {

/// Folder of our own executable, absolute; its siblings are bftpd, bftp-worker and bftp-guard.
std::string program_folder();
std::string sibling_program(std::string_view name);

}  // namespace bftp::cli
