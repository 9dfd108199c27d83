#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

/// Replies of FTP as the cases read them. Pure; the bytes are hostile.
namespace bftp::torture {

/// What the bytes of a control connection begin with.
struct FtpReply {
  /// Where nothing came that could be a reply.
  enum class Lost : std::uint8_t {
    no,
    silent,    ///< the server said nothing for as long as it may
    closed,    ///< FIN
    reset,     ///< RST
    nonsense,  ///< `text` is what came instead of a reply
  };
  int code = 0;      ///< 100 to 599; 0: none, or not all of it has come
  std::string text;  ///< all of its lines, with their ends
  Lost lost = Lost::no;

  bool is(int hundreds) const { return code / 100 == hundreds; }
  bool refuses() const { return is(4) || is(5); }
  /// The server does not know the command, or does not have it (RFC 959, 4.2.1: 500, 502).
  bool is_unknown_command() const { return code == 500 || code == 502; }
};

/// The reply at the front of `received` (RFC 959, 4.2), of one line or of many. Lines end by CR LF or LF.
FtpReply ftp_reply_at(std::string_view received);

/// "it answered \"550 No such file\"", "it closed the connection".
std::string in_words(const FtpReply& reply);

/// Where a reply 227 (RFC 959, 4.1.2) or 229 (RFC 2428, 3) sends the client; its host is nobody's business.
std::optional<std::uint16_t> ftp_data_port(const FtpReply& reply);

/// The folder in a reply 257 (RFC 959, Appendix II): between quotes, of which a doubled one is one. None if
/// there is none.
std::optional<std::string> ftp_folder(const FtpReply& reply);

}  // namespace bftp::torture
