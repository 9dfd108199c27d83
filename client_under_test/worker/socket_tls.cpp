#include <fcntl.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>

#include <cerrno>
#include <climits>

#include "client_under_test/worker/clock.hpp"
#include "client_under_test/worker/socket.hpp"
#include "client_under_test/worker/tls_trust.hpp"

/// The part of Socket that only encrypted connections use. The descriptor stays a blocking one with its
/// timeouts, so a wait that ran out shows as a wish for more.
namespace bftp::client::worker {

namespace {

/// An address has to be in the certificate as one, a name as one; a name is also told to the server (SNI).
bool expect_host(SSL* tls, const std::string& host) {
  if (X509_VERIFY_PARAM_set1_ip_asc(SSL_get0_param(tls), host.c_str()) == 1) return true;
  // What SSL_set_tlsext_host_name() does, without its C cast.
  std::string name = host;
  return SSL_set1_host(tls, name.c_str()) == 1 &&
         SSL_ctrl(tls, SSL_CTRL_SET_TLSEXT_HOSTNAME, TLSEXT_NAMETYPE_host_name, name.data()) == 1;
}

int length_of(std::size_t bytes) {
  return static_cast<int>(std::min<std::size_t>(bytes, INT_MAX));
}

/// Waits for nothing while it lives.
class WithoutWaiting {
 public:
  explicit WithoutWaiting(int fd) : fd_(fd), flags_(::fcntl(fd, F_GETFL)) {
    ::fcntl(fd_, F_SETFL, flags_ | O_NONBLOCK);
  }
  ~WithoutWaiting() { ::fcntl(fd_, F_SETFL, flags_); }
  WithoutWaiting(const WithoutWaiting&) = delete;
  WithoutWaiting& operator=(const WithoutWaiting&) = delete;

 private:
  int fd_;
  int flags_;
};

}  // namespace

void Socket::FreeTls::operator()(ssl_st* tls) const {
  SSL_free(tls);
}

Io Socket::secure(const TlsTrust& trust, const std::string& host, std::int64_t deadline_ns) {
  complaint_.clear();
  ERR_clear_error();
  send_at_once();
  tls_.reset(SSL_new(trust.context()));
  tls_is_well_ = false;
  if (!tls_ || SSL_set_fd(tls_.get(), fd_.get()) != 1 || !expect_host(tls_.get(), host)) {
    close();
    return {IoStatus::local, 0, ENOMEM};
  }
  Io io{IoStatus::deadline, 0, ETIMEDOUT};
  while (renew_both_timeouts(deadline_ns)) {
    ERR_clear_error();
    const int result = SSL_connect(tls_.get());
    tls_is_well_ = result == 1;
    if (tls_is_well_) return {};
    io = tls_outcome(result);
    if (io.status != IoStatus::deadline) break;
    receive_timeout_ns_ = send_timeout_ns_ = 0;
  }
  close();
  return io;
}

Io Socket::tls_outcome(int result) {
  const int error = errno;
  const int kind = SSL_get_error(tls_.get(), result);
  if (kind == SSL_ERROR_WANT_READ || kind == SSL_ERROR_WANT_WRITE) return {IoStatus::deadline, 0, ETIMEDOUT};
  if (kind == SSL_ERROR_ZERO_RETURN) return {IoStatus::closed, 0, 0};
  tls_is_well_ = false;
  const auto code = ERR_peek_error();
  if (ERR_GET_REASON(code) == SSL_R_UNEXPECTED_EOF_WHILE_READING) return {IoStatus::truncated, 0, 0};
  if (kind == SSL_ERROR_SYSCALL)
    return error == 0 ? Io{IoStatus::truncated, 0, 0} : Io{status_of(error), 0, error};
  if (const long verified = SSL_get_verify_result(tls_.get()); verified != X509_V_OK) {
    complaint_ = X509_verify_cert_error_string(verified);
    return {IoStatus::untrusted, 0, 0};
  }
  const char* reason = ERR_reason_error_string(code);
  complaint_ = reason != nullptr ? reason : "unknown";
  return {IoStatus::garbled, 0, 0};
}

bool Socket::renew_both_timeouts(std::int64_t deadline_ns) {
  return renew_timeout(SO_RCVTIMEO, receive_timeout_ns_, deadline_ns) &&
         renew_timeout(SO_SNDTIMEO, send_timeout_ns_, deadline_ns);
}

Io Socket::receive_tls(std::span<std::byte> into, std::int64_t deadline_ns) {
  while (renew_both_timeouts(deadline_ns)) {
    ERR_clear_error();
    const int count = SSL_read(tls_.get(), into.data(), length_of(into.size()));
    if (count > 0) return {IoStatus::done, static_cast<std::size_t>(count), 0};
    if (const Io io = tls_outcome(count); io.status != IoStatus::deadline) return io;
    receive_timeout_ns_ = send_timeout_ns_ = 0;
  }
  return {IoStatus::deadline, 0, ETIMEDOUT};
}

Io Socket::send_tls(std::string_view bytes, std::int64_t deadline_ns) {
  std::size_t sent = 0;
  while (sent < bytes.size()) {
    if (!renew_both_timeouts(deadline_ns)) return {IoStatus::deadline, sent, ETIMEDOUT};
    ERR_clear_error();
    const int count = SSL_write(tls_.get(), bytes.data() + sent, length_of(bytes.size() - sent));
    if (count > 0) {
      sent += static_cast<std::size_t>(count);
      continue;
    }
    Io io = tls_outcome(count);
    io.bytes = sent;
    if (io.status != IoStatus::deadline) return io;
    receive_timeout_ns_ = send_timeout_ns_ = 0;
  }
  return {IoStatus::done, sent, 0};
}

Io Socket::peek_tls() {
  const WithoutWaiting here(fd_.get());
  ERR_clear_error();
  char one = 0;
  const int count = SSL_peek(tls_.get(), &one, 1);
  return count > 0 ? Io{IoStatus::done, 1, 0} : tls_outcome(count);
}

void Socket::end_tls() {
  ERR_clear_error();
  if (tls_is_well_) {
    const WithoutWaiting here(fd_.get());
    SSL_shutdown(tls_.get());  // our close_notify; nobody waits for the server's
  }
  tls_.reset();
  tls_is_well_ = false;
}

}  // namespace bftp::client::worker
