#pragma once

#include <string>
#include <string_view>

namespace bftp::client::worker {

/// The dialect that a server's first bytes betray, by what no other dialect of ours begins with: an HTTP
/// status line, FTP's greeting (RFC 959, 5.4), a BFTP reply behind its size header, a decimal size behind
/// one. Empty if they betray none. Pure; the bytes are hostile.
std::string_view guess_dialect(std::string_view received);

/// "; this looks like HTTP", or empty: the end of a sentence about bytes that are no answer of `spoken`.
std::string hint_of_dialect(std::string_view received, std::string_view spoken);

}  // namespace bftp::client::worker
