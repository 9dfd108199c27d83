#include <fmt/format.h>

#include "harness/plan/fields.hpp"
#include "harness/plan/make_plan.hpp"
#include "harness/plan/units.hpp"
#include "protocol/request.hpp"

namespace bftp::plan {
namespace {

/// A TOML basic string.
std::string quote(std::string_view text) {
  std::string quoted = "\"";
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (c == '"' || c == '\\') quoted += '\\';
    if (byte < 0x20 || byte == 0x7f)
      quoted += fmt::format("\\u{:04x}", byte);
    else
      quoted += c;
  }
  return quoted + '"';
}

std::string quote_list(const std::vector<std::string>& words) {
  std::string list;
  for (const auto& word : words) list += (list.empty() ? "" : ", ") + quote(word);
  return "[" + list + "]";
}

std::string write_value(const Field& field, const Checked& value) {
  if (const auto* text = std::get_if<std::string>(&value)) return quote(*text);
  if (const auto* list = std::get_if<std::vector<std::string>>(&value)) return quote_list(*list);
  if (const auto* flag = std::get_if<bool>(&value)) return *flag ? "true" : "false";
  if (const auto* count = std::get_if<std::uint64_t>(&value))
    return field.kind == FieldKind::bytes ? quote(format_bytes(*count)) : std::to_string(*count);
  return fmt::format("{}", std::get<double>(value));  // the shortest text that reads back the same
}

/// The command line may hold line ends and worse; a comment ends at the first of them, and TOML is UTF-8 in
/// comments, too.
std::string comment(std::string_view text) {
  const bool whole_utf8 = protocol::is_utf8(text);
  std::string line = "# ";
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    line += byte < 0x20 || byte == 0x7f ? ' ' : byte >= 0x80 && !whole_utf8 ? '?' : c;
  }
  return line + "\n";
}

}  // namespace

std::string to_toml(const Plan& plan) {
  std::string toml =
      "# The whole plan of a run. `bftp-torture run --plan` with this file does the same again.\n";
  if (!plan.command_line.empty()) toml += comment("Made by: " + plan.command_line);
  std::string_view table;
  for (const auto& field : fields()) {
    const auto value = field.get(plan);
    if (!value) continue;
    const auto dot = field.key.find('.');
    const auto of = dot == std::string_view::npos ? std::string_view() : field.key.substr(0, dot);
    if (of != table) toml += fmt::format("\n[{}]\n", of);
    table = of;
    toml += fmt::format("{} = {}\n", of.empty() ? field.key : field.key.substr(dot + 1),
                        write_value(field, *value));
  }
  for (const auto& [check, limits] : plan.limits) {
    toml += fmt::format("\n[limits.{}]\n", quote(check));
    for (const auto& [name, limit] : limits) toml += fmt::format("{} = {}\n", quote(name), limit);
  }
  if (!plan.waivers.empty()) toml += "\n[waivers]\n";
  for (const auto& [id, reason] : plan.waivers) toml += fmt::format("{} = {}\n", quote(id), quote(reason));
  return toml;
}

}  // namespace bftp::plan
