#pragma once

#include <string_view>

#include "client_under_test/worker/dialect.hpp"

namespace bftp::client::worker {

/// A message (clause 1.2) in front of received bytes, or what else they are.
struct MessageAnswer {
  Answer answer;          ///< ok: `bytes` of the message with its header
  std::string_view text;  ///< ok: its payload
};

/// `spoken` is the dialect's name, for the hint when the bytes look like another one.
MessageAnswer message_answer(std::string_view received, std::string_view spoken);

}  // namespace bftp::client::worker
