#pragma once

#include <cstddef>
#include <string_view>

#include "server_under_test/dialects/dialect.hpp"

/// What the dialects of clauses 7.1 to 7.5 have in common: a request is a name and nothing else, the
/// connection carries one file, and a refusal is the close.
namespace bftp::server {

/// A name without a bound of its own is at most as long as a path of Linux can be (PATH_MAX).
inline constexpr std::size_t name_bytes_max = 4'096;

/// GET of `name`, or why that is no name: clauses 3.3 and 4.13 hold in every dialect.
std::variant<protocol::Request, protocol::Refusal> get_of(std::string_view name);

/// A complete request for `name` that took `bytes` of the input; the connection ends with its answer.
Asked last_request(std::string_view name, std::size_t bytes);

/// What is no request of the dialect, whatever may follow. Takes all of the input; the connection ends.
Asked no_request(std::string_view input, protocol::ReplyCode code, std::string_view why);

/// A name that `end` ends (7.1, 7.3).
Asked name_until(std::string_view input, char end);

/// Dialects whose answer is the bytes alone: no reply goes out, and a refusal is a close without a byte.
class BareBytesDialect : public Dialect {
 public:
  void frame(const protocol::Reply&, const Manner&, std::string&) const final {}
};

}  // namespace bftp::server
