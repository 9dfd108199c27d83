#pragma once

#include <cmath>
#include <concepts>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/value.hpp>
#include <boost/json/value_to.hpp>

#include "protocol/result.hpp"
#include "protocol/sha256.hpp"

/// JSON for value types from one list of fields each: `describe(visitor, value)` names every field once, and
/// writing and reading both walk that list, so the two cannot drift apart.
///
/// A type joins by `template <class V, ConstOr<T> S> void describe(V& visit, S& value)`, an enumeration by
/// `to_string` and `word_to(std::string_view, std::optional<E>&)`.
namespace bftp::record::json {

template <class Candidate, class T>
concept ConstOr = std::same_as<std::remove_const_t<Candidate>, T>;

template <class T>
struct IsOptional : std::false_type {};
template <class T>
struct IsOptional<std::optional<T>> : std::true_type {};
template <class T>
struct IsVector : std::false_type {};
template <class T>
struct IsVector<std::vector<T>> : std::true_type {};
template <class T>
struct IsMap : std::false_type {};
template <class T>
struct IsMap<std::map<std::string, T>> : std::true_type {};

template <class T>
boost::json::value write_value(const T& value);

/// Collects fields into an object.
struct Writer {
  boost::json::object object;

  template <class T>
  void operator()(const char* name, const T& value) {
    object[name] = write_value(value);
  }
};

template <class T>
boost::json::value write_value(const T& value) {
  if constexpr (std::is_same_v<T, std::string>) {
    return boost::json::string(value);
  } else if constexpr (std::is_floating_point_v<T>) {
    return std::isfinite(value) ? boost::json::value(value) : boost::json::value(nullptr);
  } else if constexpr (std::is_arithmetic_v<T>) {
    return boost::json::value(value);
  } else if constexpr (std::is_enum_v<T>) {
    return boost::json::string(to_string(value));
  } else if constexpr (std::is_same_v<T, protocol::Digest>) {
    return boost::json::string(protocol::to_hex(value));
  } else if constexpr (IsOptional<T>::value) {
    return value ? write_value(*value) : boost::json::value(nullptr);
  } else if constexpr (IsVector<T>::value) {
    boost::json::array array;
    for (const auto& item : value) array.push_back(write_value(item));
    return array;
  } else if constexpr (IsMap<T>::value) {
    boost::json::object object;
    for (const auto& [key, item] : value) object[key] = write_value(item);
    return object;
  } else {
    Writer writer;
    describe(writer, value);
    return writer.object;
  }
}

template <class T>
void read_value(const boost::json::value& source, const std::string& path, std::string& problem, T& value);

/// Fills fields from an object; remembers the first key that does not fit, with its path.
struct Reader {
  const boost::json::value& source;
  std::string path;
  std::string& problem;

  template <class T>
  void operator()(const char* name, T& value) {
    const auto* object = source.if_object();
    if (object == nullptr) return blame("is no object");
    const auto* found = object->if_contains(name);
    if (found != nullptr) read_value(*found, path + "." + name, problem, value);
  }

  void blame(const char* why) {
    if (problem.empty()) problem = path + " " + why;
  }
};

template <class T>
void read_number(const boost::json::value& source, const std::string& path, std::string& problem, T& value) {
  boost::system::error_code error;
  const T number = source.to_number<T>(error);
  if (error && problem.empty()) problem = path + " is no number in range";
  if (!error) value = number;
}

template <class T>
void read_items(const boost::json::value& source, const std::string& path, std::string& problem,
                std::vector<T>& items) {
  items.clear();
  const auto* array = source.if_array();
  if (array == nullptr) {
    if (problem.empty()) problem = path + " is no array";
    return;
  }
  for (std::size_t i = 0; i < array->size(); ++i)
    read_value((*array)[i], path + "[" + std::to_string(i) + "]", problem, items.emplace_back());
}

inline void word_to(std::string_view word, std::optional<protocol::Digest>& digest) {
  digest = protocol::digest_from_hex(word);
}

template <class T>
void read_word(const boost::json::value& source, const std::string& path, std::string& problem, T& value) {
  const auto* text = source.if_string();
  if (text == nullptr) {
    if (problem.empty()) problem = path + " is no string";
    return;
  }
  const std::string_view word(text->data(), text->size());
  if constexpr (std::is_same_v<T, std::string>) {
    value = std::string(word);
  } else {
    std::optional<T> parsed;
    word_to(word, parsed);
    if (!parsed && problem.empty()) problem = path + ": '" + std::string(word) + "' is not known";
    if (parsed) value = *parsed;
  }
}

template <class T>
void read_value(const boost::json::value& source, const std::string& path, std::string& problem, T& value) {
  if constexpr (std::is_same_v<T, bool>) {
    if (source.is_bool())
      value = source.get_bool();
    else if (problem.empty())
      problem = path + " is neither true nor false";
  } else if constexpr (std::is_arithmetic_v<T>) {
    read_number(source, path, problem, value);
  } else if constexpr (std::is_same_v<T, std::string> || std::is_enum_v<T> ||
                       std::is_same_v<T, protocol::Digest>) {
    read_word(source, path, problem, value);
  } else if constexpr (IsOptional<T>::value) {
    value.reset();
    if (!source.is_null()) read_value(source, path, problem, value.emplace());
  } else if constexpr (IsVector<T>::value) {
    read_items(source, path, problem, value);
  } else if constexpr (IsMap<T>::value) {
    value.clear();
    if (const auto* object = source.if_object())
      for (const auto& [key, item] : *object)
        read_value(item, path + "." + std::string(key), problem, value[std::string(key)]);
  } else {
    Reader reader{source, path, problem};
    describe(reader, value);
  }
}

}  // namespace bftp::record::json
