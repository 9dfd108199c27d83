#include "protocol/json_reader.hpp"

#include <boost/json/array.hpp>

namespace bftp::protocol {

void JsonReader::wrong(std::string_view key, std::string_view why) {
  if (error_) return;
  error_ =
      Error{ErrorKind::malformed, std::string(what_) + ": \"" + std::string(key) + "\" " + std::string(why)};
}

const boost::json::array* JsonReader::array(std::string_view key) {
  const auto* value = object_.if_contains(view(key));
  const auto* array = value == nullptr ? nullptr : value->if_array();
  if (array == nullptr) wrong(key, value == nullptr ? "is missing" : "is no array");
  return array;
}

void JsonReader::read(const boost::json::value& value, std::string_view key, std::string& into) {
  const auto* text = value.if_string();
  if (text == nullptr) return wrong(key, "is no string");
  into.assign(text->data(), text->size());
}

void JsonReader::read(const boost::json::value& value, std::string_view key, bool& into) {
  const auto* yes = value.if_bool();
  if (yes == nullptr) return wrong(key, "is neither true nor false");
  into = *yes;
}

void JsonReader::read(const boost::json::value& value, std::string_view key, double& into) {
  constexpr double seconds_max = 1e9;  // a life-time; more would overflow the clock's nanoseconds
  const double seconds = value.is_number() ? value.to_number<double>() : -1;
  if (!(seconds >= 0 && seconds <= seconds_max)) return wrong(key, "is no number of seconds from 0 to 1e9");
  into = seconds;
}

void JsonReader::read(const boost::json::value& value, std::string_view key, Digest& into) {
  const auto* text = value.if_string();
  const auto digest = text == nullptr ? std::nullopt : digest_from_hex({text->data(), text->size()});
  if (!digest) return wrong(key, "is no SHA-256 in 64 hexadecimal digits");
  into = *digest;
}

}  // namespace bftp::protocol
