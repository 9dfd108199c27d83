#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "client_under_test/worker/ftp_reply.hpp"
#include "client_under_test/worker/get_transfer.hpp"

namespace bftp::client::worker {

/// FTP's control connection: commands and replies, login, and where data connections go. What goes wrong is
/// in the record, and then the connection is to be left. Owned by an exchange; uses its link's socket.
class FtpControl {
 public:
  static constexpr std::size_t reply_max_bytes = 64u << 10;

  FtpControl(const TransferTerms& terms, Link& link) : terms_(terms), link_(link) {}

  /// Connects and logs in if no connection stands.
  bool enter(const Stopwatch& watch, protocol::WorkerRecord& record);
  /// Asks for a data connection and makes it.
  bool open_data(Socket& data, int receive_buffer_bytes, const Stopwatch& watch,
                 protocol::WorkerRecord& record);
  /// Sends a command (with its CR LF) and takes the reply. None: the record says why.
  std::optional<FtpReply> ask(std::string_view command, const Stopwatch& watch,
                              protocol::WorkerRecord& record);
  /// The next reply. `when` ends a sentence: "before its answer to RETR".
  std::optional<FtpReply> hear(std::string_view when, const Stopwatch& watch, protocol::WorkerRecord& record);
  /// Fails the record with the server's words unless the reply is of the wanted hundred.
  static bool accept(const FtpReply& reply, int hundred, std::string_view command,
                     protocol::WorkerRecord& record);

  /// Ends the connection: in order (QUIT) after a transfer that went well.
  void leave(bool in_order);
  void drop_if_stale();

 private:
  bool greet(const Stopwatch& watch, protocol::WorkerRecord& record);
  bool log_in(const Stopwatch& watch, protocol::WorkerRecord& record);
  std::optional<std::uint16_t> passive_port(const Stopwatch& watch, protocol::WorkerRecord& record);
  std::optional<std::uint16_t> pasv_port(const FtpReply& reply, protocol::WorkerRecord& record);

  const TransferTerms& terms_;
  Link& link_;
  std::string received_;      ///< of the control connection; the reply at its front may be answered already
  std::size_t answered_ = 0;  ///< bytes of that reply
  bool uses_epsv_ = false;    ///< PASV was refused
  bool quit_unanswered_ = false;  ///< not waited for again
};

}  // namespace bftp::client::worker
