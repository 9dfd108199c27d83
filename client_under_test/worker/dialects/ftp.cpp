#include <cassert>

#include "client_under_test/worker/dialect.hpp"
#include "client_under_test/worker/ftp_exchange.hpp"

/// Clause 7.8: FTP (RFC 959), which takes two connections and so brings its own exchange.
namespace bftp::client::worker {

namespace {

class Ftp final : public Dialect {
 public:
  std::string_view name() const override { return "ftp"; }
  bool can_store() const override { return true; }

  std::string cannot_ask(std::string_view name) const override {
    using namespace std::string_view_literals;
    if (name.find_first_of("\r\n\0"sv) == std::string_view::npos) return {};
    return "the name contains a byte that ends a command of FTP (RFC 959, 5.3)";
  }

  std::unique_ptr<Exchange> own_exchange(const TransferTerms& terms, Link& link) const override {
    return make_ftp_exchange(terms, link);
  }

  /// Its exchange asks in its own way.
  std::string ask_get(const Asking&) const override {
    assert(false && "FTP has an exchange of its own");
    return {};
  }
  Answer answer_to_get(std::string_view, bool) const override {
    assert(false && "FTP has an exchange of its own");
    return Answer::malform("FTP has an exchange of its own");
  }
};

const RegisterDialect registered_ftp(std::make_unique<Ftp>());

}  // namespace

}  // namespace bftp::client::worker
