#include "protocol/path.hpp"
#include "tests/fuzz/check.hpp"
#include "tests/fuzz/targets.hpp"

namespace bftp::fuzz {

namespace {

using namespace protocol;

void check_normalized(const VirtualPath& path) {
  BFTP_FUZZ_CHECK(path.text.starts_with('/'));
  BFTP_FUZZ_CHECK(path.is_root() || !path.text.ends_with('/'));
  BFTP_FUZZ_CHECK(!path.relative().starts_with('/'));
  BFTP_FUZZ_CHECK(path.text.find('\0') == path.text.npos);
  const std::string framed = path.text + "/";
  for (const auto* never : {"//", "/./", "/../"}) {
    BFTP_FUZZ_CHECK(path.is_root() || framed.find(never) == framed.npos);
  }
}

}  // namespace

/// The first line is the current folder, the rest the argument.
void fuzz_path(std::string_view input) {
  const auto line_end = std::min(input.find('\n'), input.size());
  const auto current = resolve("/", std::string("/") + std::string(input.substr(0, line_end)));
  if (!std::holds_alternative<VirtualPath>(current)) return;
  const auto& folder = std::get<VirtualPath>(current);
  check_normalized(folder);
  const auto resolved = resolve(folder.text, input.substr(std::min(line_end + 1, input.size())));
  if (!std::holds_alternative<VirtualPath>(resolved)) return;
  const auto& path = std::get<VirtualPath>(resolved);
  check_normalized(path);
  const auto again = resolve("/anywhere", path.text);
  BFTP_FUZZ_CHECK(std::holds_alternative<VirtualPath>(again) &&
                  std::get<VirtualPath>(again).text == path.text);
  if (!path.is_root()) {
    BFTP_FUZZ_CHECK(path.name().size() <= 255);
    BFTP_FUZZ_CHECK((path.parent() == "/" ? "" : path.parent()) + "/" + path.name() == path.text);
  }
}

}  // namespace bftp::fuzz
