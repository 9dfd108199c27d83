#include "harness/report/json_text.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/parse.hpp>

#include "tests/report/sample_report.hpp"

namespace bftp::report {
namespace {

namespace json = boost::json;

TEST(ReportJsonText, ShortPartsStayOnOneLine) {
  const json::value value = json::object{{"a", 1}, {"b", json::array{1, 2}}, {"c", json::object{}}};
  EXPECT_EQ(json_text(value), "{\n  \"a\": 1,\n  \"b\": [1, 2],\n  \"c\": {}\n}\n");
}

TEST(ReportJsonText, DoublesReadBackAsTheSameValue) {
  for (const double value : {0.1, 1.0 / 3, 1e-300, 123456789.125, 5e-324, 1.7976931348623157e308}) {
    EXPECT_EQ(json::parse(json_text(json::array{value})).at(0).to_number<double>(), value);
  }
}

TEST(ReportJsonText, NotFiniteIsNull) {
  EXPECT_EQ(json_text(json::array{NAN, INFINITY}), "[null, null]\n");
}

TEST(ReportJsonText, AnyBytesGiveValidJson) {
  const json::value value = json::string(samples::hostile_text + std::string("\0\x1f\"\\\n", 5));
  const std::string text = json_text(value);
  const json::value read = json::parse(text);
  EXPECT_NE(std::string_view(read.as_string()).find("</script>"), std::string_view::npos);
  EXPECT_EQ(text.find("\xe2\x80\xae"), std::string::npos) << "a right-to-left override must show as \\u202e";
  EXPECT_NE(text.find("\\u202e"), std::string::npos);
}

TEST(ReportJsonText, PastTheBasicPlaneComesBack) {
  const std::string tag = "\xf3\xa0\x81\x81";  // U+E0041, a tag character, which nobody sees
  const std::string text = json_text(json::string(tag + "😀"));
  EXPECT_NE(text.find("\\udb40\\udc41"), std::string::npos);
  EXPECT_EQ(std::string(json::parse(text).as_string()), tag + "😀");
}

TEST(ReportJsonText, HtmlFormCannotEndAScript) {
  const std::string text = json_for_html(json::object{{samples::hostile_text, samples::hostile_text}});
  for (const char* part : {"<", ">", "&", "\xe2\x80\xa8", "\xe2\x80\xae"}) {
    EXPECT_EQ(text.find(part), std::string::npos) << part;
  }
  EXPECT_NO_THROW(json::parse(text));
}

}  // namespace
}  // namespace bftp::report
