#pragma once

#include <span>
#include <string_view>
#include <vector>

#include "harness/launch/guard/message.hpp"
#include "protocol/deadline.hpp"
#include "protocol/unique_fd.hpp"

namespace bftp::launch::guard {

struct Packet {
  Message message;
  std::vector<protocol::UniqueFd> descriptors;
};

/// Sends one message without ever waiting for the other side longer than the deadline. Errors: reset (nobody
/// there), deadline, too_long, system.
protocol::Result<void> send_packet(int socket, const Message& message, std::span<const int> descriptors,
                                   const protocol::Deadline& deadline);

/// Next message. Errors: closed (the other side is gone), deadline, malformed, system. Received descriptors
/// are close-on-exec.
protocol::Result<Packet> receive_packet(int socket, const protocol::Deadline& deadline);

}  // namespace bftp::launch::guard
