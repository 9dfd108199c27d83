#include "client_under_test/worker/tls_trust.hpp"

#include <openssl/err.h>
#include <openssl/ssl.h>

#include <cerrno>

namespace bftp::client::worker {

using protocol::Error;
using protocol::ErrorKind;

namespace {

std::string last_words() {
  const char* reason = ERR_reason_error_string(ERR_peek_last_error());
  return reason != nullptr ? reason : "for an unknown reason";
}

}  // namespace

void TlsTrust::Free::operator()(ssl_ctx_st* context) const {
  SSL_CTX_free(context);
}

protocol::Result<std::unique_ptr<const TlsTrust>> TlsTrust::load(const std::string& ca_file) {
  ERR_clear_error();
  std::unique_ptr<const TlsTrust> trust(new TlsTrust(SSL_CTX_new(TLS_client_method())));
  SSL_CTX* context = trust->context();
  if (context == nullptr) return Error{ErrorKind::system, "cannot prepare TLS: " + last_words(), ENOMEM};
  SSL_CTX_set_min_proto_version(context, TLS1_2_VERSION);
  SSL_CTX_set_verify(context, SSL_VERIFY_PEER, nullptr);
  const bool read = ca_file.empty() ? SSL_CTX_set_default_verify_paths(context) == 1
                                    : SSL_CTX_load_verify_file(context, ca_file.c_str()) == 1;
  if (!read)
    return Error{ErrorKind::invalid_input,
                 ca_file.empty()
                     ? "cannot read the system's certificates: " + last_words()
                     : "cannot read certificates (PEM) from the CA file " + ca_file + ": " + last_words(),
                 0};
  return trust;
}

}  // namespace bftp::client::worker
