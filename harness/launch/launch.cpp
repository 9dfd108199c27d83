#include "harness/launch/external_clients.hpp"
#include "harness/launch/launcher.hpp"
#include "harness/plan/command_template.hpp"

namespace bftp::launch {
namespace {

using protocol::Result;

/// A fork bomb under test must not take the machine with it; a thousand clients must find room.
constexpr unsigned client_processes_max = 4096;

Result<std::vector<std::string>> worker_command(const plan::ClientSpec& clients,
                                                const LaunchOptions& options) {
  if (!clients.worker_command.empty()) return plan::split_command(clients.worker_command);
  if (!options.worker_path.empty()) return std::vector<std::string>{options.worker_path};
  auto found = find_helper("bftp-worker");
  if (!found) return found.error();
  return std::vector<std::string>{*found};
}

}  // namespace

Result<Session> launch(const plan::Plan& plan, const LaunchOptions& options) {
  const auto system = make_launch_system();
  Session session;
  auto clients = external_clients(plan, options);
  if (!clients) return clients.error();
  session.external_clients = std::move(*clients);
  auto server = launch_server(plan.server, options, system);
  if (!server) return server.error();
  session.server = std::move(*server);
  const auto command = worker_command(plan.clients, options);
  if (!command) return command.error();
  LaunchOptions for_workers = options;
  if (!session.external_clients.empty()) for_workers.worker_processes_max = client_processes_max;
  auto workers = launch_workers(plan.clients.count, *command, for_workers, system);
  if (!workers) return workers.error();
  session.workers = std::move(*workers);
  return session;
}

}  // namespace bftp::launch
