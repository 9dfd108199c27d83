#include <algorithm>

#include "client_under_test/people/remote.hpp"
#include "client_under_test/people/visible.hpp"

namespace bftp::client::people {

namespace {

/// `F size name` or `D 0 name`.
std::optional<RemoteEntry> parse_entry(std::string_view line) {
  RemoteEntry entry;
  entry.is_folder = line.starts_with("D ");
  if (!entry.is_folder && !line.starts_with("F ")) return std::nullopt;
  line.remove_prefix(2);
  const auto space = line.find(' ');
  if (space == line.npos || space + 1 == line.size()) return std::nullopt;
  const auto size = protocol::parse_length(line.substr(0, space));
  if (!size) return std::nullopt;
  entry.size = *size;
  entry.name = line.substr(space + 1);
  return entry;
}

}  // namespace

Outcome<std::vector<RemoteEntry>> parse_listing(std::string_view stream) {
  const auto lines = static_cast<std::size_t>(std::count(stream.begin(), stream.end(), '\n'));
  if (lines > listing_entries_max)
    return Failure{Cause::connection,
                   "the listing has more than " + with_commas(listing_entries_max) + " entries"};
  std::vector<RemoteEntry> entries;
  entries.reserve(lines);
  while (!stream.empty()) {
    const auto line_end = stream.find('\n');
    auto entry = line_end == stream.npos ? std::nullopt : parse_entry(stream.substr(0, line_end));
    if (!entry) {
      return Failure{Cause::connection,
                     "the listing has a line that is no entry: " +
                         std::string(stream.substr(0, std::min<std::size_t>(line_end, 80)))};
    }
    entries.push_back(std::move(*entry));
    stream.remove_prefix(line_end + 1);
  }
  return entries;
}

bool is_safe_name(std::string_view name) {
  return !name.empty() && name != "." && name != ".." &&
         name.find_first_of(std::string_view("/\0", 2)) == name.npos;
}

}  // namespace bftp::client::people
