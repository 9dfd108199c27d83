#pragma once

#include <memory>

#include "harness/launch/free_port.hpp"
#include "harness/launch/output_capture.hpp"
#include "harness/launch/processes.hpp"
#include "harness/launch/socket_table.hpp"

namespace bftp::launch {

/// Everything that launching touches of the operating system, so that its logic is tested without processes.
class LaunchSystem {
 public:
  virtual ~LaunchSystem() = default;
  virtual protocol::Result<std::unique_ptr<Processes>> start_guard(const GuardSettings& settings) = 0;
  virtual protocol::Result<std::unique_ptr<OutputCapture>> start_capture(const CaptureTarget& out,
                                                                         const CaptureTarget& error) = 0;
  virtual protocol::Result<FreePort> choose_port() = 0;
  virtual bool port_is_free(std::uint16_t port, PortTest test) = 0;
  virtual SocketTable& sockets() = 0;
  virtual protocol::Clock::time_point now() = 0;
  virtual void pause(protocol::Clock::duration time) = 0;
};

/// The real one.
std::shared_ptr<LaunchSystem> make_launch_system();

}  // namespace bftp::launch
