#include "harness/report/escape.hpp"

#include <gtest/gtest.h>

#include "tests/report/sample_report.hpp"

namespace bftp::report {
namespace {

TEST(ReportEscape, VisibleShowsControlCharacters) {
  EXPECT_EQ(visible("a\x1b[31mb\x07\r\n\tc\x7f"), "a\\x1b[31mb\\x07\\r\\n\\tc\\x7f");
  EXPECT_EQ(visible("\xc2\x9b"
                    "31m"),
            "\\x9b31m")
      << "C1: an 8-bit CSI";
  EXPECT_EQ(visible("a\n\tb\r", Keep::lines), "a\n\tb\\r");
}

TEST(ReportEscape, VisibleShowsWhatReordersOrHides) {
  EXPECT_EQ(visible("\xe2\x80\xaegpj.exe"), "\\u{202e}gpj.exe");
  EXPECT_EQ(visible("a\xe2\x80\xa8"
                    "b\xe2\x80\x8b"
                    "c\xef\xbb\xbf"),
            "a\\u{2028}b\\u{200b}c\\u{feff}");
  EXPECT_EQ(visible("\xe2\x81\xa6x\xe2\x81\xa9"), "\\u{2066}x\\u{2069}");
}

TEST(ReportEscape, VisibleKeepsOrdinaryText) {
  EXPECT_EQ(visible("größe 文件 naïve ✓ € 😀"), "größe 文件 naïve ✓ € 😀");
  EXPECT_EQ(visible("bad\xff\xfe"), "bad\xef\xbf\xbd\xef\xbf\xbd");
  EXPECT_EQ(visible(std::string_view("nul\0!", 5)), "nul\\x00!");
}

TEST(ReportEscape, LongTextIsCutAndSaysSo) {
  EXPECT_EQ(visible_at_most("abcdef", 6), "abcdef");
  EXPECT_EQ(visible_at_most("abcdef", 2), "ab… (4 more bytes)");
  EXPECT_EQ(visible_at_most("ßßß", 1), "ß… (4 more bytes)");
}

TEST(ReportEscape, HtmlLeavesNoMarkup) {
  EXPECT_EQ(html_text("<a href=\"x\">'&'</a>"), "&lt;a href=&quot;x&quot;&gt;&#39;&amp;&#39;&lt;/a&gt;");
  const std::string text = html_text(samples::hostile_text);
  EXPECT_EQ(text.find('<'), std::string::npos);
  EXPECT_EQ(text.find('"'), std::string::npos);
  EXPECT_EQ(text.find('\x1b'), std::string::npos);
  EXPECT_EQ(text.find("\xe2\x80\xae"), std::string::npos);
}

TEST(ReportEscape, MarkdownLeavesNoMarkup) {
  EXPECT_EQ(markdown("a|b"), "a\\|b");
  EXPECT_EQ(markdown("`x` *y* [z](u)"), "\\`x\\` \\*y\\* \\[z\\]\\(u\\)");
  EXPECT_EQ(markdown("@all #1"), "@&#8203;all #&#8203;1");
  EXPECT_EQ(markdown("<b>\n"), "&lt;b&gt;\\\\n") << "a visible \\n, its backslash escaped";
  EXPECT_EQ(markdown("$x$"), "<span>$</span>x<span>$</span>");
}

TEST(ReportEscape, XmlTextHasNoForbiddenCharacter) {
  const std::string text = xml_text(std::string_view("a\0\x01\x0b\x1f\xef\xbf\xbe\n", 9));
  EXPECT_EQ(text, "a\\x00\\x01\\x0b\\x1f\\u{fffe}\n");
}

TEST(ReportEscape, WidthCountsColumns) {
  EXPECT_EQ(display_width("abc"), 3u);
  EXPECT_EQ(display_width("ß✓"), 2u);
  EXPECT_EQ(display_width("文件"), 4u);
  EXPECT_EQ(display_width("e\xcc\x81"), 1u) << "e and a combining acute accent";
}

TEST(ReportEscape, FitCutsToColumns) {
  EXPECT_EQ(fit("abcdef", 6, true), "abcdef");
  EXPECT_EQ(fit("abcdef", 4, true), "abc…");
  EXPECT_EQ(fit("abcdef", 5, false), "ab...");
  EXPECT_EQ(fit("文件文件", 5, true), "文件…");
}

}  // namespace
}  // namespace bftp::report
