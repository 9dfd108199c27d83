#pragma once

#include <concepts>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <boost/json/object.hpp>
#include <boost/json/value_to.hpp>

#include "protocol/result.hpp"
#include "protocol/sha256.hpp"

namespace bftp::protocol {

/// Reads the members of one JSON object and remembers the first thing that is wrong, so that a record is read
/// member by member and judged once. `what` names the object in the message, e.g. "worker record".
class JsonReader {
 public:
  /// `object` and `what` outlive the reader.
  JsonReader(const boost::json::object& object, std::string_view what) : object_(object), what_(what) {}

  void required(std::string_view key, auto& into) {
    if (const auto* value = object_.if_contains(view(key))) {
      read(*value, key, into);
    } else {
      wrong(key, "is missing");
    }
  }

  /// Leaves `into` as it is when there is no such member.
  void optional(std::string_view key, auto& into) {
    if (const auto* value = object_.if_contains(view(key))) read(*value, key, into);
  }

  template <class Value>
  void optional(std::string_view key, std::optional<Value>& into) {
    if (const auto* value = object_.if_contains(view(key))) read(*value, key, into.emplace());
  }

  /// A word of an enumeration; `from` turns text into an optional value.
  template <class Value, class From>
  void word(std::string_view key, Value& into, From from, bool must_be_there) {
    std::optional<std::string> text;
    optional(key, text);
    if (!text && must_be_there) wrong(key, "is missing");
    if (!text) return;
    const auto known = from(*text);
    if (known) into = *known;
    if (!known) wrong(key, "is no word that is known here");
  }

  const boost::json::array* array(std::string_view key);
  /// Null if there is no such member.
  const boost::json::value* find(std::string_view key) const { return object_.if_contains(view(key)); }

  void read(const boost::json::value& value, std::string_view key, std::string& into);
  void read(const boost::json::value& value, std::string_view key, bool& into);
  void read(const boost::json::value& value, std::string_view key, double& into);  ///< seconds, 0 to 1e9
  void read(const boost::json::value& value, std::string_view key, Digest& into);
  void read(const boost::json::value& value, std::string_view key, std::integral auto& into) {
    boost::system::error_code error;
    using Number = std::remove_reference_t<decltype(into)>;
    const auto number = value.to_number<Number>(error);
    if (error || value.is_double())
      return wrong(key, "is no whole number from " + std::to_string(std::numeric_limits<Number>::min()) +
                            " to " + std::to_string(std::numeric_limits<Number>::max()));
    into = number;
  }

  void wrong(std::string_view key, std::string_view why);
  /// The first thing that was wrong, if any.
  const std::optional<Error>& error() const { return error_; }

 private:
  static boost::json::string_view view(std::string_view text) { return {text.data(), text.size()}; }

  const boost::json::object& object_;
  std::string_view what_;
  std::optional<Error> error_;
};

}  // namespace bftp::protocol
