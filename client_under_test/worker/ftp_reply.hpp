#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

/// Replies of FTP, parsed. Pure; the bytes are hostile.
namespace bftp::client::worker {

/// A reply of one or many lines (RFC 959, 4.2).
struct FtpReply {
  enum class Kind : std::uint8_t { incomplete, reply, malformed };
  Kind kind = Kind::incomplete;
  int code = 0;           ///< 100 to 599
  std::size_t bytes = 0;  ///< of the whole reply with its last line end
  std::string_view line;  ///< its last line, without the line end

  bool is(int hundreds) const { return kind == Kind::reply && code / 100 == hundreds; }
};

/// The reply at the front of `received`. Lines end by CR LF or, as some servers have it, by LF.
FtpReply parse_ftp_reply(std::string_view received);

/// Where a reply 227 sends the client.
struct PassiveAddress {
  std::array<std::uint8_t, 4> host{};
  std::uint16_t port = 0;
};

/// "227 Entering Passive Mode (127,0,0,1,4,1)": the first six numbers with commas between them, whatever
/// stands around them (RFC 1123, 4.1.2.6). None if there are none or the port is 0.
std::optional<PassiveAddress> parse_pasv(std::string_view line);

/// "229 Entering Extended Passive Mode (|||6446|)": the port (RFC 2428, 3). None if it is not there.
std::optional<std::uint16_t> parse_epsv(std::string_view line);

}  // namespace bftp::client::worker
