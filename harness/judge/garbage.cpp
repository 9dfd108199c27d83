#include "harness/judge/garbage.hpp"

#include <algorithm>
#include <charconv>
#include <string_view>

namespace bftp::judge {
namespace {

bool is_java(std::string_view program) {
  return program == "java" || program.ends_with("/java");
}

/// "-Xmx64m" behind its "-Xmx"; none if that is no size.
std::optional<double> size_of(std::string_view text) {
  double number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc{} || number <= 0) return std::nullopt;
  const std::string_view unit(end, static_cast<std::size_t>(text.data() + text.size() - end));
  if (unit.empty()) return number;
  if (unit == "k" || unit == "K") return number * 1024;
  if (unit == "m" || unit == "M") return number * 1024 * 1024;
  if (unit == "g" || unit == "G") return number * 1024 * 1024 * 1024;
  return std::nullopt;
}

/// The last one counts, as for Java itself.
std::optional<double> option(const std::vector<std::string>& words, std::string_view name) {
  std::optional<double> found;
  for (const std::string_view word : words)
    if (word.starts_with(name)) found = size_of(word.substr(name.size()));
  return found;
}

}  // namespace

std::optional<double> garbage_bytes_max(const record::RunRecord& record) {
  constexpr double heap_of_memory = 1.0 / 64;
  const auto& words = record.plan.server.argv_template;
  if (std::none_of(words.begin(), words.end(), is_java)) return std::nullopt;
  const double first = static_cast<double>(record.machine.memory_bytes) * heap_of_memory;
  const double heap = option(words, "-Xms").value_or(first);
  return std::min(heap, option(words, "-Xmx").value_or(heap));
}

}  // namespace bftp::judge
