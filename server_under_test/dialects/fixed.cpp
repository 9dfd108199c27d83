#include "server_under_test/dialects/naming.hpp"

/// Clause 7.4: a name, padded with spaces to 40 bytes. So no name ends in a space.
namespace bftp::server {
namespace {

constexpr std::size_t request_bytes = 40;

class Fixed final : public BareBytesDialect {
 public:
  std::string_view name() const override { return "fixed"; }
  std::string_view clause() const override { return "7.4"; }
  std::string_view about() const override {
    return "the name, padded with spaces to 40 bytes; the bytes, then close";
  }

  Asked recognise(std::string_view input, Input) const override {
    if (input.size() < request_bytes) return {};
    const auto padded = input.substr(0, request_bytes);
    return last_request(padded.substr(0, padded.find_last_not_of(' ') + 1), request_bytes);
  }
};

const RegisteredDialect registered_fixed(std::make_unique<Fixed>());

}  // namespace
}  // namespace bftp::server
