#pragma once

#include <memory>
#include <string>

#include "protocol/result.hpp"

struct ssl_ctx_st;

namespace bftp::client::worker {

/// Whose certificates a worker believes, read once for all of its connections. TLS 1.2 or later (RFC 8446,
/// RFC 5246); a certificate has to verify and to be the host's (RFC 9110, 4.3.4).
class TlsTrust {
 public:
  /// The authorities in `ca_file` (PEM); the system's if that is empty. Errors: invalid_input, with what is
  /// wrong with the file; system.
  static protocol::Result<std::unique_ptr<const TlsTrust>> load(const std::string& ca_file);

  ssl_ctx_st* context() const { return context_.get(); }

 private:
  struct Free {
    void operator()(ssl_ctx_st* context) const;
  };
  explicit TlsTrust(ssl_ctx_st* context) : context_(context) {}

  std::unique_ptr<ssl_ctx_st, Free> context_;
};

}  // namespace bftp::client::worker
