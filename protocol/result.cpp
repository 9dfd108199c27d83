#include "protocol/result.hpp"

#include <cerrno>
#include <stdexcept>
#include <system_error>

#include <boost/throw_exception.hpp>

namespace bftp::protocol {

namespace {

ErrorKind kind_of(int code) {
  switch (code) {
    case ECONNRESET:
    case ECONNABORTED:
    case EPIPE:
      return ErrorKind::reset;
    case ECONNREFUSED:
      return ErrorKind::refused;
    case ETIMEDOUT:
      return ErrorKind::deadline;
    case ENOENT:
      return ErrorKind::not_found;
    case EACCES:
    case EPERM:
      return ErrorKind::no_permission;
    case ENOSPC:
    case EDQUOT:
      return ErrorKind::no_space;
    default:
      return ErrorKind::system;
  }
}

}  // namespace

Error system_error(int code, std::string what) {
  // std::system_category() rather than strerror(3): the latter may share a buffer between threads.
  return {kind_of(code), std::move(what) + ": " + std::system_category().message(code), code};
}

Error system_error(std::string what) {
  return system_error(errno, std::move(what));
}

const char* to_string(ErrorKind kind) {
  switch (kind) {
    case ErrorKind::deadline:
      return "deadline";
    case ErrorKind::closed:
      return "closed";
    case ErrorKind::reset:
      return "reset";
    case ErrorKind::refused:
      return "refused";
    case ErrorKind::malformed:
      return "malformed";
    case ErrorKind::too_long:
      return "too_long";
    case ErrorKind::not_found:
      return "not_found";
    case ErrorKind::no_permission:
      return "no_permission";
    case ErrorKind::no_space:
      return "no_space";
    case ErrorKind::interrupted:
      return "interrupted";
    case ErrorKind::invalid_input:
      return "invalid_input";
    case ErrorKind::system:
      return "system";
  }
  return "system";
}

void throw_exception_from_error(const Error& error, const boost::source_location& where) {
  boost::throw_exception(std::runtime_error(error.message), where);
}

}  // namespace bftp::protocol
