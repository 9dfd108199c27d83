#include "harness/measure/hotspot_counters.hpp"

#include <array>
#include <bit>
#include <cstdint>
#include <cstring>
#include <map>
#include <string>

namespace bftp::measure {
namespace {

constexpr std::array<unsigned char, 4> magic{0xca, 0xfe, 0xc0, 0xc0};
constexpr std::size_t byte_order_at = 4, version_at = 5, accessible_at = 7, first_entry_at = 24,
                      entries_at = 28;
constexpr char own_byte_order = std::endian::native == std::endian::little ? 1 : 0;
constexpr std::uint32_t entry_head_bytes = 20;
constexpr std::uint32_t entries_max = 10'000;

template <class T>
std::optional<T> number_at(std::string_view data, std::size_t at) {
  T value{};
  if (at > data.size() || data.size() - at < sizeof value) return std::nullopt;
  std::memcpy(&value, data.data() + at, sizeof value);
  return value;
}

bool known_layout(std::string_view data) {
  return data.size() > entries_at && std::memcmp(data.data(), magic.data(), magic.size()) == 0 &&
         data[byte_order_at] == own_byte_order && data[version_at] == 2 && data[accessible_at] == 1;
}

/// Every scalar of type long by its name.
std::map<std::string_view, std::uint64_t> longs_of(std::string_view data) {
  std::map<std::string_view, std::uint64_t> values;
  std::size_t at = number_at<std::uint32_t>(data, first_entry_at).value_or(0);
  const std::uint32_t entries = number_at<std::uint32_t>(data, entries_at).value_or(0);
  for (std::uint32_t i = 0; i < entries && i < entries_max && at < data.size(); ++i) {
    const std::string_view entry = data.substr(at);
    const auto length = number_at<std::uint32_t>(entry, 0);
    const auto name_at = number_at<std::uint32_t>(entry, 4);
    const auto value_at = number_at<std::uint32_t>(entry, 16);
    if (!value_at || *length < entry_head_bytes || *name_at >= entry.size()) break;
    const bool scalar_long = number_at<std::uint32_t>(entry, 8) == 0u && entry[12] == 'J';
    const auto value = number_at<std::uint64_t>(entry, *value_at);
    const std::string_view rest = entry.substr(*name_at);
    if (scalar_long && value) values[rest.substr(0, rest.find('\0'))] = *value;
    at += *length;
  }
  return values;
}

}  // namespace

std::optional<record::Collector> parse_hotspot_counters(std::string_view data) {
  if (!known_layout(data)) return std::nullopt;
  const auto longs = longs_of(data);
  const auto value = [&](const std::string& name) {
    const auto found = longs.find(name);
    return found == longs.end() ? std::nullopt : std::optional(found->second);
  };
  const auto young_runs = value("sun.gc.collector.0.invocations");
  const auto old_runs = value("sun.gc.collector.1.invocations");
  const auto old_bytes = value("sun.gc.generation.1.space.0.used");
  if (!young_runs || !old_runs || !old_bytes) return std::nullopt;
  record::Collector collector;
  // G1 counts the pauses of its concurrent marking apart.
  collector.whole_runs = *old_runs + value("sun.gc.collector.2.invocations").value_or(0);
  collector.runs = *young_runs + collector.whole_runs;
  std::uint64_t bytes = *old_bytes;
  for (const char* survivors : {"1", "2"})
    bytes += value("sun.gc.generation.0.space." + std::string(survivors) + ".used").value_or(0);
  collector.survived_mib = static_cast<double>(bytes) / (1024.0 * 1024.0);
  return collector;
}

}  // namespace bftp::measure
