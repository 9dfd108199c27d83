#pragma once

#include <concepts>
#include <optional>
#include <string>
#include <string_view>

namespace bftp::protocol {

/// Writes one JSON object or array of a line, member by member, with no tree in between: a worker writes a
/// million of them. Keys are ours and need no escaping.
class JsonWriter {
 public:
  /// Appends to `out`, which outlives the writer.
  explicit JsonWriter(std::string& out) : out_(out) {}

  void open(char bracket);
  void close(char bracket);
  void key(std::string_view name);

  void value(std::string_view text);  ///< escaped; bytes that are not UTF-8 become U+FFFD
  void value(const char* text) { value(std::string_view(text)); }
  void value(bool yes);
  void value(double number);  ///< finite; shortest form that reads back the same
  void value(std::integral auto number) {
    comma();
    out_ += std::to_string(number);
  }

  template <class Value>
  void member(std::string_view name, const Value& content) {
    key(name);
    value(content);
  }
  /// Leaves the member out when there is no value.
  template <class Value>
  void member(std::string_view name, const std::optional<Value>& content) {
    if (content) member(name, *content);
  }

 private:
  void comma();

  std::string& out_;
};

}  // namespace bftp::protocol
