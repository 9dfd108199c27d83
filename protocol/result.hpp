#pragma once

#include <string>
#include <utility>

#include <boost/system/result.hpp>

/// What went wrong, as a value. Three kinds of failure have three means in this project: our own bug is an
/// assertion; the world's fault (a socket, a disk, a peer) is a `Result` that carries an `Error`; what a
/// server under test does wrong is data in a record and never an error of ours.
namespace bftp::protocol {

enum class ErrorKind {
  deadline,       ///< the wait ran into its deadline
  closed,         ///< the peer ended the connection in order (FIN) where more bytes were due
  reset,          ///< the peer ended it by RST, or the pipe broke
  refused,        ///< nobody listens there, or the peer answered ERR
  malformed,      ///< bytes that the protocol does not allow
  too_long,       ///< more bytes than the bound allows
  not_found,      ///< no such file or folder
  no_permission,  ///< the system forbids it
  no_space,       ///< disk or quota full
  interrupted,    ///< somebody asked us to stop
  invalid_input,  ///< a person's input is wrong (option, plan, job)
  system,         ///< any other failing system call; `system_errno` holds it
};

/// A failure with its context. `message` is one sentence for a person: what was tried, where, why it failed,
/// and if possible what would be right. It ends without a full stop.
struct Error {
  ErrorKind kind = ErrorKind::system;
  std::string message;
  int system_errno = 0;  ///< errno of the failing call, 0 if none
};

template <class T>
using Result = boost::system::result<T, Error>;

/// Makes an Error from errno: "<what>: <strerror>". The kind follows from the code (ECONNRESET and EPIPE:
/// reset, ECONNREFUSED: refused, ENOENT: not_found, EACCES and EPERM: no_permission, ENOSPC and EDQUOT:
/// no_space).
Error system_error(int code, std::string what);

/// The same with the current errno.
Error system_error(std::string what);

/// Short lower-case word for a kind ("deadline", "reset", …), stable, used in records.
const char* to_string(ErrorKind kind);

/// Called by Result::value() when there is none: throws std::runtime_error with the message.
[[noreturn]] void throw_exception_from_error(const Error& error, const boost::source_location& where);

}  // namespace bftp::protocol
