#include "harness/judge/garbage.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <string_view>

#include "harness/judge/units.hpp"
#include "harness/judge/wording.hpp"

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

bool may_be_garbage(const record::RunRecord& record, std::optional<record::QuietKind> exercise) {
  const auto garbage = garbage_bytes_max(record);
  if (!garbage) return false;
  std::optional<double> first_mib, last_mib;
  for (const auto& point : record.quiet_points) {
    if (point.sample.arm != record::Arm::server || !point.sample.pss_mib) continue;
    if (!first_mib) first_mib = point.sample.pss_mib;
    const bool of_exercise =
        point.kind == record::QuietKind::refused || point.kind == record::QuietKind::aborted;
    if (exercise ? point.kind == *exercise : !of_exercise) last_mib = point.sample.pss_mib;
  }
  return !first_mib || !last_mib || (*last_mib - *first_mib) * mib <= *garbage;
}

Verdict doubt_garbage(Verdict verdict, const record::RunRecord& record, const Growth& growth) {
  verdict.happened =
      fmt::format("Its memory at rest grew by {} over the rounds after the first.", bytes(growth.whole));
  verdict.cause =
      "Either each transfer leaves something behind, or it is garbage that Java has had no need to collect.";
  return inconclusive(
      std::move(verdict),
      fmt::format("Memory grew by {} for each transfer, but Java may leave {} of garbage lying before its "
                  "collector has to run: in this run the two look the same.",
                  bytes(growth.line->slope), bytes(garbage_bytes_max(record).value_or(0))),
      "Start the server with a small heap, so that its collector runs: java -Xmx16m …");
}

}  // namespace bftp::judge
