#include "server_under_test/dialects/naming.hpp"

/// Clause 7.2: a name with no mark of its end. What has come is therefore tried as it comes: if it names a
/// file, that is the request, and no time is lost. If it does not, more of it may be on its way (a name in
/// two segments), and only a pause, or the close of the client's side, says that it was all. So a name that
/// begins with another file's name, and comes in two segments cut right there, gets that other file.
///
/// A line end behind the name ends it: a name cannot hold one (4.13), and `echo name | nc` sends one.
namespace bftp::server {
namespace {

constexpr std::size_t raw_name_bytes_max = 255;
/// Longer than the 200 ms for which a stack of the BSD line may delay the acknowledgement that the second
/// half of a name waits for when its sender has Nagle's algorithm on (RFC 9293, 3.7.4 and 3.8.6.3); Linux
/// delays for 40 ms.
constexpr std::chrono::milliseconds pause_after_part{250};

class Raw final : public BareBytesDialect {
 public:
  std::string_view name() const override { return "raw"; }
  std::string_view clause() const override { return "7.2"; }
  std::string_view about() const override {
    return "the name alone, at most 255 bytes; the bytes, then close";
  }
  std::chrono::milliseconds pause() const override { return pause_after_part; }

  Asked recognise(std::string_view input, Input after) const override {
    const auto line_end = input.find('\n');
    const bool ends = line_end != std::string_view::npos;
    auto file = input.substr(0, line_end);
    if (ends && file.ends_with('\r')) file.remove_suffix(1);
    if (file.size() > raw_name_bytes_max)
      return no_request(input, protocol::ReplyCode::malformed, "a name of more than 255 bytes");
    auto asked = last_request(file, input.size());
    if (!ends && after == Input::goes_on) asked.kind = Asked::Kind::tentative;
    return asked;
  }
};

const RegisteredDialect registered_raw(std::make_unique<Raw>());

}  // namespace
}  // namespace bftp::server
