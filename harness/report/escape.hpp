#pragma once

#include <string>
#include <string_view>

/// Text that a tested server may have chosen, made harmless for each kind of reader. Every function takes any
/// bytes at all. Common to all: what is not UTF-8 becomes U+FFFD.
namespace bftp::report {

/// Valid UTF-8, nothing else changed.
std::string valid_utf8(std::string_view bytes);

/// What is left as it is besides printable text.
enum class Keep { nothing, lines };  ///< lines: \n and \t stay

/// Printable text only: C0 and C1 control characters as "\x1b" ("\n", "\r", "\t" by those names), and those
/// that reorder or hide text (bidirectional controls, zero-width characters, line separators, tags) as
/// "\u{202e}". Safe on a terminal.
std::string visible(std::string_view bytes, Keep keep = Keep::nothing);

/// visible(), cut to at most `max` code points; what was cut is said: "… (1,234 more)".
std::string visible_at_most(std::string_view bytes, std::size_t max, Keep keep = Keep::nothing);

/// Text content or a double-quoted attribute's value in HTML: visible(), then & < > " ' as entities.
std::string html_text(std::string_view bytes, Keep keep = Keep::lines);

/// One line of GitHub-flavoured Markdown, also inside a table cell: everything with a meaning is escaped, and
/// @name and #1 lead nowhere.
std::string markdown(std::string_view bytes);

/// Text for XML 1.0: visible(), so no character that XML 1.0 forbids is left; & and < are the XML library's
/// to escape.
std::string xml_text(std::string_view bytes);

/// Columns that the text takes on a terminal: 0 for combining marks, 2 for East Asian wide characters and
/// emoji.
std::size_t display_width(std::string_view utf8);

/// Cuts to at most `width` columns, with an ellipsis ("…", or "..." without unicode) if anything had to go.
std::string fit(std::string_view utf8, std::size_t width, bool unicode);

}  // namespace bftp::report
