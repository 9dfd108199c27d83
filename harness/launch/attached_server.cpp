#include <unistd.h>

#include <array>

#include "harness/launch/server_process.hpp"
#include "processes/proc_tree.hpp"

namespace bftp::launch {
namespace {

using protocol::Error;
using protocol::ErrorKind;
using protocol::Result;
using namespace std::chrono_literals;

class AttachedServer final : public ServerHandle {
 public:
  AttachedServer(protocol::Endpoint endpoint, std::optional<int> pid)
      : endpoint_(std::move(endpoint)), pid_(pid) {}

  const protocol::Endpoint& endpoint() const override { return endpoint_; }
  const std::string& root() const override { return none_; }
  std::optional<int> pid() const override { return pid_; }
  const std::string& cgroup() const override { return none_; }

  /// It is no child of ours: that it is gone can be seen, how it ended cannot.
  std::optional<ExitStatus> exited() override {
    if (!pid_) return std::nullopt;
    const auto process = processes::find_process(*pid_);
    if (process && !process->zombie) return std::nullopt;
    return ExitStatus{};
  }
  Ending stop() override { return {}; }
  std::vector<std::string> last_lines(std::size_t) override { return {}; }

 private:
  protocol::Endpoint endpoint_;
  std::optional<int> pid_;
  std::string none_;
};

bool listens_here(const protocol::Endpoint& endpoint, LaunchSystem& system) {
  const auto listening = system.sockets().listening();
  if (!listening) return false;
  for (const auto& socket : *listening)
    if (reaches(endpoint, socket)) return true;
  return false;
}

std::string network_of(const std::string& process) {
  std::array<char, 64> link{};
  const ssize_t size = ::readlink(("/proc/" + process + "/ns/net").c_str(), link.data(), link.size());
  return size > 0 ? std::string(link.data(), static_cast<std::size_t>(size)) : std::string();
}

/// Its sockets are in the table that we see.
bool shares_our_network(int pid) {
  const std::string ours = network_of("self");
  return !ours.empty() && network_of(std::to_string(pid)) == ours;
}

}  // namespace

std::optional<std::string> doubt_about_pid(const plan::ServerSpec& spec,
                                           std::shared_ptr<LaunchSystem> system) {
  if (spec.kind != plan::ServerKind::attached || !spec.pid || !shares_our_network(*spec.pid))
    return std::nullopt;
  if (!system) system = make_launch_system();
  std::vector<int> pids{*spec.pid};
  for (const auto& entry : processes::descendants_of(*spec.pid)) pids.push_back(entry.pid);
  const auto held = system->sockets().held_by(pids);
  const auto listening = system->sockets().listening();
  if (!listening || !held.whole) return std::nullopt;
  bool somebody = false;
  for (const auto& socket : *listening) {
    if (!reaches(spec.attach_to, socket)) continue;
    if (held.inodes.contains(socket.inode)) return std::nullopt;
    somebody = true;
  }
  if (!somebody) return std::nullopt;
  return "process " + std::to_string(*spec.pid) + " (--pid) does not listen on " + spec.attach_to.text() +
         ", nor does one that descends from it: memory, CPU and handles are told of it, and may be those of "
         "another program than the server";
}

Result<std::unique_ptr<ServerHandle>> attach_server(const plan::ServerSpec& spec,
                                                    const std::shared_ptr<LaunchSystem>& system) {
  const auto process = spec.pid ? processes::find_process(*spec.pid) : std::nullopt;
  if (spec.pid && !process)
    return Error{ErrorKind::not_found, "there is no process " + std::to_string(*spec.pid) + " (--pid)",
                 ESRCH};
  if (process && process->zombie)
    return Error{ErrorKind::not_found,
                 "process " + std::to_string(*spec.pid) +
                     " (--pid) has ended, and its parent has not waited for it; name one that runs",
                 ESRCH};
  // On this machine the kernel tells. A server elsewhere, or behind a name, can only be asked by connecting
  // to it.
  if (!listens_here(spec.attach_to, *system)) {
    const auto trial = protocol::connect_to(spec.attach_to, protocol::Deadline::after(5s));
    if (!trial)
      return Error{trial.error().kind,
                   "nobody serves " + spec.attach_to.text() + " (--attach): " + trial.error().message,
                   trial.error().system_errno};
  }
  return std::unique_ptr<ServerHandle>(std::make_unique<AttachedServer>(spec.attach_to, spec.pid));
}

}  // namespace bftp::launch
