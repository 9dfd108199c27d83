#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

#include <boost/system/result.hpp>

#include "protocol/result.hpp"

namespace bftp::client::people {

/// Why a command did not do its work. The values are the program's exit statuses, see docs/client.md.
enum class Cause : int {
  refused = 1,     ///< the server answered ERR; the connection stands
  connection = 2,  ///< no connection, or one that broke, fell silent or spoke no BFTP
  local = 3,       ///< a file of this machine could not be read or written
  usage = 64,      ///< the command itself is wrong (EX_USAGE of sysexits.h)
};

/// A failure for a person: one sentence without a full stop.
struct Failure {
  Failure() = default;
  /// `text` may hold what a server said or named: it is escaped here, once for all, see visible().
  Failure(Cause why, std::string_view text, std::uint16_t reply_code = 0);

  Cause cause = Cause::local;
  std::string message;
  std::uint16_t code = 0;    ///< of an ERR reply, else 0
  bool was_silence = false;  ///< the server said nothing for too long
};

template <class T>
using Outcome = boost::system::result<T, Failure>;

[[noreturn]] void throw_exception_from_error(const Failure& failure, const boost::source_location& where);

inline Failure connection_failure(const protocol::Error& error) {
  Failure failure(Cause::connection, error.message);
  failure.was_silence = error.kind == protocol::ErrorKind::deadline;
  return failure;
}
inline Failure local_failure(std::string what) {
  return {Cause::local, protocol::system_error(std::move(what)).message};
}
inline Failure usage_failure(std::string_view message) {
  return {Cause::usage, message};
}

}  // namespace bftp::client::people
