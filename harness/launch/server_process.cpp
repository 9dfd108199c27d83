#include "harness/launch/server_process.hpp"

#include <algorithm>
#include <csignal>

namespace bftp::launch {
namespace {

using protocol::Deadline;
using Seconds = std::chrono::duration<double>;
using namespace std::chrono_literals;

class ServerProcess final : public ServerHandle {
 public:
  explicit ServerProcess(ServerParts parts)
      : parts_(std::move(parts)), ready_at_(parts_.system->now()), tree_(parts_.processes->tree()) {
    tree_.top = parts_.pid;
  }
  ~ServerProcess() override { stop(); }
  ServerProcess(const ServerProcess&) = delete;
  ServerProcess& operator=(const ServerProcess&) = delete;

  const protocol::Endpoint& endpoint() const override { return parts_.endpoint; }
  const std::string& root() const override { return parts_.root; }
  std::optional<int> pid() const override { return parts_.pid; }
  const std::string& cgroup() const override { return tree_.cgroup_v2; }
  ProcessTree tree() const override { return tree_; }
  bool daemonised() override { return parts_.daemonised; }

  std::optional<ExitStatus> exited() override {
    if (ending_) return ending_->status;
    const auto status = parts_.processes->exited(parts_.pid);
    if (!status) return std::nullopt;
    return serves_on(*status) ? std::nullopt : status;
  }

  Ending stop() override {
    if (!ending_) ending_ = end_all();
    return *ending_;
  }

  std::vector<std::string> last_lines(std::size_t max) override {
    parts_.output->settle(200);
    auto lines = parts_.output->last_error_lines(max);
    return lines.empty() ? parts_.output->last_out_lines(max) : lines;
  }

  std::optional<std::string> first_line() override { return parts_.output->first_out_line(); }

  Printed printed() override {
    Printed printed;
    for (const auto& count : {parts_.output->out_count(), parts_.output->error_count()}) {
      printed.bytes += count.bytes_seen;
      printed.bytes_dropped += count.bytes_dropped;
    }
    return printed;
  }

 private:
  /// A daemon's parent exits with 0 about when the child is ready. A parent that goes later, or by a signal,
  /// has crashed even if a child of it still holds the listening socket.
  bool serves_on(const ExitStatus& status) {
    constexpr auto daemon_parent_leaves_within = 5s;
    const auto now = parts_.system->now();
    if (!exit_seen_at_) exit_seen_at_ = now;
    if (!parts_.daemonised && (status.code != 0 || *exit_seen_at_ - ready_at_ > daemon_parent_leaves_within))
      return false;
    // A scan of /proc on each look would be dear, and the driver looks often.
    if (checked_at_ && now - *checked_at_ < 200ms) return parts_.daemonised;
    checked_at_ = now;
    parts_.daemonised = tree_listens_still();
    return parts_.daemonised;
  }

  /// A daemon forks twice: who was alive while /proc was read may have handed the socket on and be gone
  /// before its descriptors are read. "Nobody listens" has to be seen several times in a row.
  bool tree_listens_still() {
    constexpr int looks = 3;
    for (int look = 0; look < looks; ++look) {
      if (look > 0) parts_.system->pause(10ms);
      if (tree_listens()) return true;
    }
    return false;
  }

  bool tree_listens() { return listens(parts_.processes->list()); }

  bool listens(const std::vector<int>& pids) {
    const auto held = parts_.system->sockets().held_by(pids);
    const auto listening = parts_.system->sockets().listening();
    if (pids.empty()) return false;
    if (!listening) return true;
    return std::any_of(listening->begin(), listening->end(), [&](const TcpSocket& socket) {
      return socket.local.port == parts_.endpoint.port && (held.inodes.contains(socket.inode) || !held.whole);
    });
  }

  /// Clause 6.3 is about the process that was started, so it alone gets the first SIGTERM; what it leaves
  /// gets another.
  Ending end_all() {
    const auto start = parts_.system->now();
    Ending ending;
    ending.by_itself = exited().has_value();
    const bool was_gone = parts_.processes->exited(parts_.pid) && parts_.processes->list().empty();
    if (!was_gone) {
      const bool in_time = ask_to_end(start);
      if (in_time) ending.took_s = Seconds(parts_.system->now() - start).count();
      ending.killed = !in_time;
      if (!in_time && parts_.processes->exited(parts_.pid)) ending.left = parts_.processes->list().size();
    }
    parts_.processes->kill_all(Deadline::after(10s));
    const auto status = parts_.processes->wait(parts_.pid, Deadline::after(1s));
    ending.status = status.value_or(ExitStatus{std::nullopt, SIGKILL, false});
    parts_.output->settle(200);
    return ending;
  }

  bool is_too_late(protocol::Clock::time_point start) const {
    const bool hurried = parts_.hurry != nullptr && parts_.hurry->load();
    const Seconds patience =
        hurried ? std::min<Seconds>(parts_.stop_timeout, hurried_stop) : parts_.stop_timeout;
    return parts_.system->now() - start >= patience;
  }

  /// Of a wrapper that ends by the signal its server has yet to be asked. But where the process that listened
  /// has ended and a child of it keeps the port, the next start would fail: that child has to end by itself.
  bool ask_to_end(protocol::Clock::time_point start) {
    const bool listened = !parts_.processes->exited(parts_.pid) && listens({parts_.pid});
    if (!parts_.processes->exited(parts_.pid)) {
      parts_.processes->signal(parts_.pid, SIGTERM);
      while (!parts_.processes->wait(parts_.pid, Deadline::after(5ms)))
        if (is_too_late(start)) return false;
    }
    while (listened && tree_listens()) {
      if (is_too_late(start)) return false;
      parts_.system->pause(20ms);
    }
    if (parts_.processes->list().empty()) return true;
    parts_.processes->signal_all(SIGTERM);
    while (!parts_.processes->list().empty()) {
      if (is_too_late(start)) return false;
      parts_.system->pause(5ms);
    }
    return true;
  }

  ServerParts parts_;
  protocol::Clock::time_point ready_at_;
  ProcessTree tree_;
  std::optional<protocol::Clock::time_point> exit_seen_at_, checked_at_;
  std::optional<Ending> ending_;
};

}  // namespace

std::unique_ptr<ServerHandle> make_server_process(ServerParts parts) {
  return std::make_unique<ServerProcess>(std::move(parts));
}

}  // namespace bftp::launch
