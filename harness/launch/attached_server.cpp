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

}  // namespace

Result<std::unique_ptr<ServerHandle>> attach_server(const plan::ServerSpec& spec,
                                                    const std::shared_ptr<LaunchSystem>& system) {
  if (spec.pid && !processes::find_process(*spec.pid))
    return Error{ErrorKind::not_found, "there is no process " + std::to_string(*spec.pid) + " (--pid)",
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
