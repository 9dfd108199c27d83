#include <fmt/format.h>

#include <algorithm>

#include "harness/plan/fields.hpp"
#include "harness/plan/refusal.hpp"
#include "harness/plan/suggest.hpp"
#include "harness/plan/units.hpp"

namespace bftp::plan {
namespace {

using protocol::Error;
using protocol::Result;

constexpr std::size_t listed_max = 8;

std::string kind_of(const Value& value) {
  struct Names {
    std::string operator()(const Typed& typed) const { return in_quotes(typed.text); }
    std::string operator()(EmptyTable) const { return "a table"; }
    std::string operator()(bool flag) const { return flag ? "true" : "false"; }
    std::string operator()(std::int64_t count) const { return "the whole number " + std::to_string(count); }
    std::string operator()(double number) const { return fmt::format("the number {}", number); }
    std::string operator()(const std::string& text) const { return "the text " + in_quotes(text); }
    std::string operator()(const std::vector<std::string>&) const { return "a list"; }
  };
  return std::visit(Names{}, value);
}

Error wrong_type(const Field& field, const Value& value) {
  return refuse(kind_of(value) + " is no value for it; right is " + describe(field));
}

template <class Number>
Result<Checked> in_range(const Field& field, const Value& value, Number number) {
  const auto wide = static_cast<double>(number);
  if (wide >= field.min && wide <= field.max) return Checked(number);
  return refuse((text_of(value) != nullptr ? in_quotes(*text_of(value)) : fmt::format("{}", number)) +
                " is out of range; right is " + describe(field));
}

Result<Checked> check_count(const Field& field, const Value& value) {
  if (const auto* typed = std::get_if<Typed>(&value)) {
    const auto count = parse_count(typed->text);
    return count ? in_range(field, value, *count) : wrong_type(field, value);
  }
  const auto* whole = std::get_if<std::int64_t>(&value);
  if (whole == nullptr) return wrong_type(field, value);
  if (*whole < 0) return refuse(std::to_string(*whole) + " is out of range; right is " + describe(field));
  return in_range(field, value, static_cast<std::uint64_t>(*whole));
}

Result<Checked> check_bytes(const Field& field, const Value& value) {
  const auto* text = text_of(value);
  if (text == nullptr) return check_count(field, value);
  const auto bytes = parse_bytes(*text);
  return bytes ? in_range(field, value, *bytes) : refuse(bytes.error().message);
}

Result<Checked> check_number(const Field& field, const Value& value) {
  if (const auto* typed = std::get_if<Typed>(&value)) {
    const auto number = parse_number(typed->text);
    return number ? in_range(field, value, *number) : wrong_type(field, value);
  }
  if (const auto* whole = std::get_if<std::int64_t>(&value))
    return in_range(field, value, static_cast<double>(*whole));
  if (const auto* number = std::get_if<double>(&value)) return in_range(field, value, *number);
  return wrong_type(field, value);
}

Result<Checked> check_duration(const Field& field, const Value& value) {
  const auto* text = text_of(value);
  if (text == nullptr) return check_number(field, value);
  const auto seconds = parse_duration(*text);
  return seconds ? in_range(field, value, *seconds) : refuse(seconds.error().message);
}

Result<Checked> check_flag(const Field& field, const Value& value) {
  if (const auto* flag = std::get_if<bool>(&value)) return Checked(*flag);
  const auto* typed = std::get_if<Typed>(&value);
  if (typed != nullptr && (typed->text == "true" || typed->text == "yes" || typed->text == "on"))
    return Checked(true);
  if (typed != nullptr && (typed->text == "false" || typed->text == "no" || typed->text == "off"))
    return Checked(false);
  return wrong_type(field, value);
}

Result<Checked> check_text(const Field& field, const Value& value) {
  const auto* text = text_of(value);
  if (text == nullptr) return wrong_type(field, value);
  if (auto right = field.accepts(*text); !right) return right.error();
  return Checked(*text);
}

Result<void> check_one_word(const Field& field, const std::string& word) {
  const bool any = field.words.empty();  // who knows them looks later
  if (any || std::ranges::find(field.words, word) != field.words.end()) return {};
  return refuse(in_quotes(word) + " is unknown; " + hint(word, field.words));
}

Result<Checked> check_word(const Field& field, const Value& value) {
  const auto* text = text_of(value);
  if (text == nullptr) return wrong_type(field, value);
  if (auto right = check_one_word(field, *text); !right) return right.error();
  return Checked(*text);
}

std::vector<std::string> split_at_commas(std::string_view text) {
  std::vector<std::string> words;
  while (true) {
    const auto comma = text.find(',');
    words.emplace_back(text.substr(0, comma));
    if (comma == std::string_view::npos) return words;
    text.remove_prefix(comma + 1);
  }
}

/// Doubles are dropped. A plan file may give a single word instead of a list.
Result<Checked> check_words(const Field& field, const Value& value) {
  std::vector<std::string> given;
  if (const auto* list = std::get_if<std::vector<std::string>>(&value))
    given = *list;
  else if (const auto* typed = std::get_if<Typed>(&value))
    given = split_at_commas(typed->text);
  else if (const auto* text = std::get_if<std::string>(&value))
    given = {*text};
  else
    return wrong_type(field, value);
  std::vector<std::string> words;
  for (auto& word : given) {
    if (auto right = check_one_word(field, word); !right) return right.error();
    if (std::ranges::find(words, word) == words.end()) words.push_back(std::move(word));
  }
  if (words.empty()) return refuse("the list is empty; right is " + describe(field));
  return Checked(std::move(words));
}

Result<Checked> check_kind(const Field& field, const Value& value) {
  switch (field.kind) {
    case FieldKind::text:
      return check_text(field, value);
    case FieldKind::word:
      return check_word(field, value);
    case FieldKind::words:
      return check_words(field, value);
    case FieldKind::flag:
      return check_flag(field, value);
    case FieldKind::count:
      return check_count(field, value);
    case FieldKind::number:
      return check_number(field, value);
    case FieldKind::bytes:
      return check_bytes(field, value);
    case FieldKind::duration:
      return check_duration(field, value);
  }
  return wrong_type(field, value);
}

std::string one_of(const std::vector<std::string>& words) {
  std::string text;
  for (std::size_t i = 0; i < words.size(); ++i)
    text += (i == 0 ? "" : i + 1 == words.size() ? " or " : ", ") + words[i];
  return text;
}

}  // namespace

std::string describe(const Field& field) {
  const auto bytes = [](double value) {
    return format_bytes(static_cast<std::uint64_t>(value));
  };
  switch (field.kind) {
    case FieldKind::text:
      return std::string(field.right);
    case FieldKind::word:
      return one_of(field.words);
    case FieldKind::words:
      return field.words.empty() || field.words.size() > listed_max ? "a list of names"
                                                                    : "a list of " + one_of(field.words);
    case FieldKind::flag:
      return "true or false";
    case FieldKind::count:
      return field.max > 1e18 ? "a whole number from 0 to 9223372036854775807"
                              : fmt::format("a whole number from {} to {}", field.min, field.max);
    case FieldKind::number:
      return fmt::format("a number from {} to {}", field.min, field.max);
    case FieldKind::bytes:
      return fmt::format("a size from {} to {}, such as \"64MiB\"", bytes(field.min), bytes(field.max));
    case FieldKind::duration:
      return fmt::format("a duration from {} to {} seconds, such as \"30s\" or \"2m\"", field.min, field.max);
  }
  return "another kind of value";
}

Result<Checked> check(const Field& field, const Setting& setting) {
  auto checked = check_kind(field, setting.value);
  if (checked) return checked;
  const bool on_command_line = std::holds_alternative<Typed>(setting.value);
  return refuse(setting.where + ": " + (on_command_line ? "" : std::string(field.key) + ": ") +
                checked.error().message);
}

Result<const Field*> field_of(const Setting& setting) {
  if (const auto* field = find_field(setting.key)) return field;
  return refuse(setting.where + ": there is no setting \"" + setting.key.substr(0, 80) + "\"; " +
                hint(setting.key, field_keys()));
}

}  // namespace bftp::plan
