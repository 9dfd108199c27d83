#pragma once

#include "harness/torture/file_session.hpp"
#include "harness/torture/ftp_session.hpp"

namespace bftp::torture {

/// A user of FTP: RETR, STOR, DELE (RFC 959, 4.1.3).
class FtpFiles final : public FileSession {
 public:
  explicit FtpFiles(const Visit& visit) : session_(visit) {}
  FileAnswer enter() override;
  FileAnswer fetch(std::string_view name) override;
  FileAnswer store(std::string_view name, std::string_view content) override;
  FileAnswer remove(std::string_view name) override;

 private:
  FtpSession session_;
};

}  // namespace bftp::torture
