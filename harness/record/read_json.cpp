#include "harness/record/read_json.hpp"

#include <charconv>
#include <cstdint>
#include <string>

#include <boost/json/basic_parser_impl.hpp>
#include <boost/json/value_stack.hpp>

namespace bftp::record {
namespace {

using boost::json::error_code;
using boost::json::string_view;

/// What the parser finds, put together to a value. Names and signatures are boost::json::basic_parser's.
class ExactHandler {
 public:
  static constexpr std::size_t max_object_size = boost::json::object::max_size();
  static constexpr std::size_t max_array_size = boost::json::array::max_size();
  static constexpr std::size_t max_key_size = boost::json::string::max_size();
  static constexpr std::size_t max_string_size = boost::json::string::max_size();

  boost::json::value release() { return values_.release(); }

  bool on_document_begin(error_code&) {
    values_.reset();
    return true;
  }
  bool on_document_end(error_code&) { return true; }
  bool on_object_begin(error_code&) { return true; }
  bool on_object_end(std::size_t members, error_code&) {
    values_.push_object(members);
    return true;
  }
  bool on_array_begin(error_code&) { return true; }
  bool on_array_end(std::size_t elements, error_code&) {
    values_.push_array(elements);
    return true;
  }
  bool on_key_part(string_view part, std::size_t, error_code&) {
    values_.push_chars(part);
    return true;
  }
  bool on_key(string_view rest, std::size_t, error_code&) {
    values_.push_key(rest);
    return true;
  }
  bool on_string_part(string_view part, std::size_t, error_code&) {
    values_.push_chars(part);
    return true;
  }
  bool on_string(string_view rest, std::size_t, error_code&) {
    values_.push_string(rest);
    return true;
  }
  bool on_number_part(string_view part, error_code&) {
    number_.append(part.data(), part.size());
    return true;
  }
  bool on_int64(std::int64_t value, string_view, error_code&) {
    number_.clear();
    values_.push_int64(value);
    return true;
  }
  bool on_uint64(std::uint64_t value, string_view, error_code&) {
    number_.clear();
    values_.push_uint64(value);
    return true;
  }
  bool on_double(double nearly, string_view rest, error_code&) {
    number_.append(rest.data(), rest.size());
    double exact = nearly;
    const auto read = std::from_chars(number_.data(), number_.data() + number_.size(), exact);
    number_.clear();
    values_.push_double(read.ec == std::errc() ? exact : nearly);  // beyond a double: the parser's infinity
    return true;
  }
  bool on_bool(bool value, error_code&) {
    values_.push_bool(value);
    return true;
  }
  bool on_null(error_code&) {
    values_.push_null();
    return true;
  }
  bool on_comment_part(string_view, error_code&) { return true; }
  bool on_comment(string_view, error_code&) { return true; }

 private:
  boost::json::value_stack values_;
  std::string number_;
};

}  // namespace

protocol::Result<boost::json::value> read_json(std::string_view text) {
  boost::json::basic_parser<ExactHandler> parser{boost::json::parse_options{}};
  error_code error;
  const std::size_t read = parser.write_some(false, text.data(), text.size(), error);
  if (!error && read < text.size()) error = boost::json::error::extra_data;
  if (error) return protocol::Error{protocol::ErrorKind::malformed, error.message()};
  return parser.handler().release();
}

}  // namespace bftp::record
