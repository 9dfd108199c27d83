#pragma once

#include <string>
#include <string_view>

#include "server_under_test/dialects/dialect.hpp"

/// What the dialects that ask by a message (clause 1.2) have in common.
namespace bftp::server {

/// The message at the front of the input.
struct MessageSeen {
  bool whole = false;
  std::string_view payload;  ///< of a whole one, in the input
  std::size_t bytes = 0;     ///< with its header
};

/// Clause 1.6: nothing but a refusal if the header is malformed or announces more than 65,536 bytes.
std::variant<MessageSeen, Asked> see_message(std::string_view input);

void append_message(std::string& wire, std::string_view payload);

}  // namespace bftp::server
