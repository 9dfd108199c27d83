#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "harness/torture/ftp_reply.hpp"
#include "harness/torture/logged_wire.hpp"
#include "harness/torture/visit.hpp"

namespace bftp::torture {

/// The user's side of FTP (RFC 959): a control connection, and a data connection for each transfer, which the
/// user makes (PASV, or EPSV where it is refused) to the host of the control connection, whatever PASV
/// answers. Everything is in the log but the password. One thread.
///
/// No function fails: what went wrong is in the reply that it returns.
class FtpSession {
 public:
  explicit FtpSession(const Visit& visit) : visit_(visit) {}

  /// Makes the control connection and says nothing on it. Errors: as Network::connect().
  protocol::Result<void> connect();
  /// Greeting, login, binary type. The last reply, or the first that is not 2xx or 3xx.
  FtpReply enter();
  void send(std::string_view bytes);
  FtpReply reply();
  /// Sends `command` with CR LF and takes a reply.
  FtpReply ask(std::string_view command);

  /// Makes a data connection. The reply to PASV or EPSV; a refused or silent port is in `lost`.
  FtpReply open_data();
  /// Takes everything on the data connection, up to its FIN. `code` is 0 and `text` the data, if that came.
  FtpReply take_data();

  struct Transfer {
    FtpReply reply;  ///< the last
    std::string data;
    bool has_begun = false;  ///< by a reply 1xx
    bool is_whole() const { return has_begun && reply.is(2); }
  };
  /// A transfer from the server: RETR, LIST.
  Transfer fetch(std::string_view command);
  /// A transfer to the server: STOR. `content` goes over the data connection, whose close ends it.
  Transfer store(std::string_view command, std::string_view content);

 private:
  /// Makes the data connection and sends the command; without a reply 1xx the connection goes.
  Transfer begin(std::string_view command);
  void note(const std::string& text);

  Visit visit_;
  std::unique_ptr<LoggedWire> control_;
  std::unique_ptr<Wire> data_;
  std::string received_;  ///< on the control connection, not yet taken as a reply
};

}  // namespace bftp::torture
