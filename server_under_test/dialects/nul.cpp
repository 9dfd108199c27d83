#include "server_under_test/dialects/naming.hpp"

/// Clause 7.1, the textbook's C file server: a name and its NUL byte.
namespace bftp::server {
namespace {

class Nul final : public BareBytesDialect {
 public:
  std::string_view name() const override { return "nul"; }
  std::string_view clause() const override { return "7.1"; }
  std::string_view about() const override { return "the name and a NUL byte; the bytes, then close"; }

  Asked recognise(std::string_view input, Input) const override { return name_until(input, '\0'); }
};

const RegisteredDialect registered_nul(std::make_unique<Nul>());

}  // namespace
}  // namespace bftp::server
