#pragma once

#include <string_view>

/// Lines of an FTP server's replies (RFC 959, 4.2), for the worker and for the cases, which make different
/// things of them.
namespace bftp::protocol {

/// The code, 100 to 599, of a line without its line end that begins with three digits and ends there or goes
/// on with a blank or a hyphen; 0 of any other.
int ftp_code_of(std::string_view line);

/// Whether `line` ends a reply of this code: a line with a hyphen behind its code announces more of them.
bool ends_ftp_reply(std::string_view line, int code);

}  // namespace bftp::protocol
