#pragma once

#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>

#include <memory>
#include <string>
#include <string_view>

/// The server's side of TLS for the tests' fake server, with a certificate that the test makes itself.
namespace bftp::client::worker::testing {

/// A key and a certificate that it signed itself, for as long as the test.
class Identity {
 public:
  /// `alternative_name`: "IP:127.0.0.1", "DNS:example.org".
  explicit Identity(const std::string& alternative_name) : key_(EVP_EC_gen("P-256"), &EVP_PKEY_free) {
    certificate_.reset(X509_new());
    X509_set_version(certificate_.get(), X509_VERSION_3);
    ASN1_INTEGER_set(X509_get_serialNumber(certificate_.get()), 1);
    X509_gmtime_adj(X509_getm_notBefore(certificate_.get()), -3600);
    X509_gmtime_adj(X509_getm_notAfter(certificate_.get()), 3600);
    X509_NAME* name = X509_get_subject_name(certificate_.get());
    const std::string common = "bftp-torture test";
    X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_UTF8,
                               reinterpret_cast<const unsigned char*>(common.c_str()), -1, -1, 0);
    X509_set_issuer_name(certificate_.get(), name);
    X509_set_pubkey(certificate_.get(), key_.get());
    const std::unique_ptr<X509_EXTENSION, decltype(&X509_EXTENSION_free)> extension(
        X509V3_EXT_conf_nid(nullptr, nullptr, NID_subject_alt_name, alternative_name.c_str()),
        &X509_EXTENSION_free);
    X509_add_ext(certificate_.get(), extension.get(), -1);
    X509_sign(certificate_.get(), key_.get(), EVP_sha256());
  }

  std::string pem() const {
    const std::unique_ptr<BIO, decltype(&BIO_free)> memory(BIO_new(BIO_s_mem()), &BIO_free);
    PEM_write_bio_X509(memory.get(), certificate_.get());
    char* bytes = nullptr;
    const long size = BIO_ctrl(memory.get(), BIO_CTRL_INFO, 0, &bytes);
    return {bytes, static_cast<std::size_t>(size)};
  }
  EVP_PKEY* key() const { return key_.get(); }
  X509* certificate() const { return certificate_.get(); }

 private:
  std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)> key_;
  std::unique_ptr<X509, decltype(&X509_free)> certificate_{nullptr, &X509_free};
};

/// TLS over one accepted connection. Every wait ends with the socket's own timeouts.
class TlsPeer {
 public:
  TlsPeer(int fd, const Identity& identity)
      : context_(SSL_CTX_new(TLS_server_method()), &SSL_CTX_free), tls_(nullptr, &SSL_free) {
    SSL_CTX_use_certificate(context_.get(), identity.certificate());
    SSL_CTX_use_PrivateKey(context_.get(), identity.key());
    tls_.reset(SSL_new(context_.get()));
    SSL_set_fd(tls_.get(), fd);
    greeted_ = SSL_accept(tls_.get()) == 1;
  }

  bool greeted() const { return greeted_; }
  /// A request up to its empty line; empty at the end.
  std::string request() {
    std::string text;
    char byte = 0;
    while (!text.ends_with("\r\n\r\n"))
      if (SSL_read(tls_.get(), &byte, 1) == 1)
        text += byte;
      else
        return {};
    return text;
  }
  void send(std::string_view bytes) { SSL_write(tls_.get(), bytes.data(), static_cast<int>(bytes.size())); }
  /// Sends close_notify.
  void say_goodbye() { SSL_shutdown(tls_.get()); }

 private:
  std::unique_ptr<SSL_CTX, decltype(&SSL_CTX_free)> context_;
  std::unique_ptr<SSL, decltype(&SSL_free)> tls_;
  bool greeted_ = false;
};

}  // namespace bftp::client::worker::testing
