#include "tests/report/schema_validator.hpp"

#include <algorithm>
#include <array>
#include <string_view>

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>

namespace bftp::report {
namespace {

namespace json = boost::json;

bool has_type(const json::value& value, std::string_view type) {
  if (type == "null") return value.is_null();
  if (type == "boolean") return value.is_bool();
  if (type == "string") return value.is_string();
  if (type == "array") return value.is_array();
  if (type == "object") return value.is_object();
  if (type == "integer") return value.is_int64() || value.is_uint64();
  return type == "number" && value.is_number();
}

class Validator {
 public:
  explicit Validator(const json::value& root) : root_(root) {}

  void check(const json::value& schema, const json::value& value, const std::string& path) {
    const json::object& rules = schema.as_object();
    if (const auto* target = rules.if_contains("$ref")) {
      const std::string_view name =
          std::string_view(target->as_string()).substr(std::string_view("#/$defs/").size());
      return check(root_.at("$defs").at(name), value, path);
    }
    check_value(rules, value, path);
    if (value.is_object()) check_object(rules, value.as_object(), path);
    if (const auto* items = rules.if_contains("items"); items != nullptr && value.is_array()) {
      std::size_t index = 0;
      for (const auto& item : value.as_array())
        check(*items, item, path + "[" + std::to_string(index++) + "]");
    }
  }

  std::vector<std::string> take() { return std::move(problems_); }

 private:
  void blame(const std::string& path, const std::string& what) { problems_.push_back(path + ": " + what); }

  void check_value(const json::object& rules, const json::value& value, const std::string& path) {
    if (const auto* type = rules.if_contains("type")) {
      const json::array types = type->is_array() ? type->as_array() : json::array{*type};
      const bool fits = std::any_of(types.begin(), types.end(), [&](const auto& one) {
        return has_type(value, std::string_view(one.as_string()));
      });
      if (!fits) return blame(path, "is no " + json::serialize(*type));
    }
    if (const auto* constant = rules.if_contains("const"); constant != nullptr && !(*constant == value)) {
      blame(path, "is not " + json::serialize(*constant));
    }
    if (const auto* words = rules.if_contains("enum")) {
      const json::array& all = words->as_array();
      if (std::find(all.begin(), all.end(), value) == all.end())
        blame(path, json::serialize(value) + " is not listed");
    }
    if (const auto* least = rules.if_contains("minimum"); least != nullptr && value.is_number()) {
      if (value.to_number<double>() < least->to_number<double>())
        blame(path, "is below " + json::serialize(*least));
    }
    if (const auto* choices = rules.if_contains("anyOf")) check_any(choices->as_array(), value, path);
  }

  void check_any(const json::array& choices, const json::value& value, const std::string& path) {
    for (const auto& choice : choices) {
      Validator attempt(root_);
      attempt.check(choice, value, path);
      if (attempt.problems_.empty()) return;
    }
    blame(path, "fits none of the alternatives");
  }

  void check_object(const json::object& rules, const json::object& object, const std::string& path) {
    if (const auto* required = rules.if_contains("required")) {
      for (const auto& name : required->as_array()) {
        if (!object.contains(std::string_view(name.as_string())))
          blame(path, "lacks " + json::serialize(name));
      }
    }
    const auto* properties = rules.if_contains("properties");
    const auto* others = rules.if_contains("additionalProperties");
    for (const auto& [name, item] : object) {
      const auto* known = properties != nullptr ? properties->as_object().if_contains(name) : nullptr;
      const std::string member = path + "." + std::string(name);
      if (known != nullptr)
        check(*known, item, member);
      else if (others != nullptr)
        check(*others, item, member);
      else if (properties != nullptr)
        blame(member, "is not in docs/run.schema.json: add it there and to docs/run-json.md");
    }
  }

  const json::value& root_;
  std::vector<std::string> problems_;
};

constexpr std::array<std::string_view, 14> keywords{
    "$schema",  "title",      "description",          "$defs", "$ref",  "type",   "const", "enum",
    "required", "properties", "additionalProperties", "items", "anyOf", "minimum"};

void collect_unknown(const json::value& schema, std::vector<std::string>& unknown) {
  for (const auto& [name, rule] : schema.as_object()) {
    const bool known = std::find(keywords.begin(), keywords.end(), std::string_view(name)) != keywords.end();
    if (!known && name != "pattern") unknown.emplace_back(name);
    if (name == "properties" || name == "$defs") {
      for (const auto& member : rule.as_object()) collect_unknown(member.value(), unknown);
    } else if (name == "items" || name == "additionalProperties") {
      collect_unknown(rule, unknown);
    } else if (name == "anyOf") {
      for (const auto& choice : rule.as_array()) collect_unknown(choice, unknown);
    }
  }
}

}  // namespace

std::vector<std::string> schema_problems(const json::value& schema, const json::value& document) {
  Validator validator(schema);
  validator.check(schema, document, "run");
  return validator.take();
}

std::vector<std::string> unknown_keywords(const json::value& schema) {
  std::vector<std::string> unknown;
  collect_unknown(schema, unknown);
  return unknown;
}

}  // namespace bftp::report
