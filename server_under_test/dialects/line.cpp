#include "server_under_test/dialects/naming.hpp"

/// Clause 7.3: a name and a line end. CR LF is taken as a line end too: a name cannot hold a CR (4.13), so
/// nothing is lost, and telnet can ask.
namespace bftp::server {
namespace {

class Line final : public BareBytesDialect {
 public:
  std::string_view name() const override { return "line"; }
  std::string_view clause() const override { return "7.3"; }
  std::string_view about() const override { return "the name and a line end; the bytes, then close"; }

  Asked recognise(std::string_view input, Input) const override {
    const auto asked = name_until(input, '\n');
    const bool by_telnet = asked.bytes >= 2 && input.substr(0, asked.bytes).ends_with("\r\n");
    return by_telnet ? last_request(input.substr(0, asked.bytes - 2), asked.bytes) : asked;
  }
};

const RegisteredDialect registered_line(std::make_unique<Line>());

}  // namespace
}  // namespace bftp::server
