#include "harness/cli/terminal_style.hpp"

#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <string_view>

namespace bftp::cli {
namespace {

bool says_utf8(const char* variable) {
  const char* value = std::getenv(variable);
  if (value == nullptr) return false;
  const std::string_view text(value);
  return text.find("UTF-8") != std::string_view::npos || text.find("utf8") != std::string_view::npos;
}

}  // namespace

report::TerminalStyle style_for(const Streams& streams) {
  report::TerminalStyle style;
  style.colour = streams.out_is_terminal && std::getenv("NO_COLOR") == nullptr;
  style.unicode = says_utf8("LC_ALL") || says_utf8("LC_CTYPE") || says_utf8("LANG");
  style.width = 100;  // of a log that nobody wraps
  winsize size{};
  constexpr unsigned narrowest = 40;
  constexpr unsigned widest = 120;
  if (streams.out_is_terminal && ::ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0)
    style.width = std::clamp(unsigned{size.ws_col}, narrowest, widest);
  return style;
}

}  // namespace bftp::cli
