#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include "harness/plan/fields.hpp"

/// Builders for the table in fields.cpp.
namespace bftp::plan {

// `access` is a generic lambda that yields the plan's member, so that one of it serves both reading and
// writing.

template <class Access>
using Member = std::remove_reference_t<std::invoke_result_t<Access, Plan&>>;

/// A field whose value is stored as it is, cast to the member's type.
template <class As, class Access>
Field plain(std::string_view key, FieldKind kind, std::string_view about, Access access) {
  Field field;
  field.key = key;
  field.kind = kind;
  field.about = about;
  field.set = [access](Plan& plan, const Checked& value) {
    access(plan) = static_cast<Member<Access>>(std::get<As>(value));
  };
  field.get = [access](const Plan& plan) {
    return std::optional<Checked>(static_cast<As>(access(plan)));
  };
  return field;
}

/// A number whose member is optional: 0 stands for none.
template <class As, class Access>
Field optional_number(std::string_view key, FieldKind kind, std::string_view about, Access access) {
  Field field;
  field.key = key;
  field.kind = kind;
  field.about = about;
  field.set = [access](Plan& plan, const Checked& value) {
    access(plan).reset();
    if (const auto given = std::get<As>(value); given != As{})
      access(plan) = static_cast<typename Member<Access>::value_type>(given);
  };
  field.get = [access](const Plan& plan) {
    const auto& member = access(plan);
    return member ? std::optional<Checked>(static_cast<As>(*member)) : std::nullopt;
  };
  return field;
}

inline Field between(double min, double max, Field field) {
  field.min = min;
  field.max = max;
  return field;
}

template <class Access>
Field text_field(std::string_view key, std::string_view about, std::string_view right, Access access,
                 std::function<protocol::Result<void>(const std::string&)> accepts) {
  Field field = plain<std::string>(key, FieldKind::text, about, access);
  field.right = right;
  field.accepts = std::move(accepts);
  return field;
}

template <class Access>
Field word_field(std::string_view key, std::string_view about, std::vector<std::string> words,
                 Access access) {
  Field field = plain<std::string>(key, FieldKind::word, about, access);
  field.words = std::move(words);
  return field;
}

template <class Access>
Field words_field(std::string_view key, std::string_view about, std::vector<std::string> right,
                  Access access) {
  Field field = plain<std::vector<std::string>>(key, FieldKind::words, about, access);
  field.words = std::move(right);
  return field;
}

}  // namespace bftp::plan
