#pragma once

#include <string>
#include <string_view>

namespace bftp::client::people {

/// Text from a server, safe to show on a terminal: control characters (C0, DEL, C1), line and paragraph
/// separators and the characters that reverse the order of writing become \xHH or \u{HEX}; bytes that are not
/// UTF-8 become \xHH.
std::string visible(std::string_view text);

/// The same for a file's content: line ends and tabs stay. A file comes in blocks, so a character may be cut
/// at the end of one; it is kept until the next.
class VisibleContent {
 public:
  std::string next(std::string_view block);
  /// What was kept and will not be completed any more.
  std::string rest();

 private:
  std::string kept_;
};

/// "936,281": thousands apart.
std::string with_commas(unsigned long long number);

}  // namespace bftp::client::people
