#pragma once

#include <memory>

#include "harness/launch/launcher.hpp"

namespace bftp::launch {

/// What a started server consists of.
struct ServerParts {
  std::shared_ptr<LaunchSystem> system;
  std::unique_ptr<Processes> processes;  ///< its tree; dies with this
  std::unique_ptr<OutputCapture> output;
  FreePort port;  ///< the reservation
  protocol::Endpoint endpoint;
  std::string root;
  int pid = 0;
  bool daemonised = false;
  std::chrono::duration<double> stop_timeout{5};
  const std::atomic<bool>* hurry = nullptr;  ///< see LaunchOptions
};

/// A server that we started. stop() and the destructor leave no process behind.
std::unique_ptr<ServerHandle> make_server_process(ServerParts parts);

/// A server that was there before us and will be after us. Errors: refused when nobody listens there;
/// not_found when no process has the pid.
protocol::Result<std::unique_ptr<ServerHandle>> attach_server(const plan::ServerSpec& spec,
                                                              const std::shared_ptr<LaunchSystem>& system);

}  // namespace bftp::launch
