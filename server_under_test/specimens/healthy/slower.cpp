#include <algorithm>
#include <map>
#include <mutex>
#include <vector>

#include "server_under_test/specimens/fault.hpp"

namespace bftp::server::specimens {
namespace {

using Clock = std::chrono::steady_clock;
using std::chrono::nanoseconds;

/// The last durations of transfers, as the client sees them but for the connecting: with a connection for
/// each transfer from accept to the client's FIN, else from the request to the last byte.
class Durations {
 public:
  void add(nanoseconds duration) {
    if (last_.size() < kept) return last_.push_back(duration);
    last_[next_] = duration;
    next_ = (next_ + 1) % kept;
  }
  nanoseconds median() const {
    if (last_.empty()) return {};
    auto sorted = last_;
    const auto middle = sorted.begin() + static_cast<std::ptrdiff_t>(sorted.size() / 2);
    std::nth_element(sorted.begin(), middle, sorted.end());
    return *middle;
  }

 private:
  static constexpr std::size_t kept = 31;
  std::vector<nanoseconds> last_;
  std::size_t next_ = 0;
};

/// A build that is a little slower everywhere. It spins, since no sleep is as short as a part of a small
/// transfer.
class Slower final : public Fault {
 public:
  using Fault::Fault;

  void opened(Session& session) override {
    Fault::opened(session);
    const std::lock_guard lock(mutex_);
    connections_[session.socket] = {.opened = Clock::now()};
  }

  void closed(Session& session) override {
    {
      const std::lock_guard lock(mutex_);
      const auto found = connections_.find(session.socket);
      if (found != connections_.end()) {
        if (found->second.transfers == 1)
          whole_.add(Clock::now() - found->second.opened - found->second.delay);
        connections_.erase(found);
      }
    }
    Fault::closed(session);
  }

 protected:
  void before(Answer&, const protocol::Request&, Session& session) override {
    const auto end = Clock::now() + note_request(session);
    while (Clock::now() < end) {
    }
  }

  void after(const Exchange&, Session& session) override {
    const std::lock_guard lock(mutex_);
    const Connection& connection = connections_[session.socket];
    if (connection.transfers > 1) lasting_.add(Clock::now() - connection.asked - connection.delay);
  }

 private:
  struct Connection {
    Clock::time_point opened{}, asked{};
    nanoseconds delay{};
    int transfers = 0;
  };

  nanoseconds note_request(const Session& session) {
    const std::lock_guard lock(mutex_);
    Connection& connection = connections_[session.socket];
    const Durations& durations = ++connection.transfers == 1 ? whole_ : lasting_;
    connection.asked = Clock::now();
    connection.delay = nanoseconds(static_cast<std::int64_t>(static_cast<double>(durations.median().count()) *
                                                             settings.number("percent") / 100));
    return connection.delay;
  }

  std::mutex mutex_;
  std::map<int, Connection> connections_;
  Durations whole_, lasting_;
};

const Registered registered_slower(
    {"slower",
     "healthy",
     "takes percent longer for each transfer than the reference server, which only "
     "'compare' sees",
     {{"percent", 5, 0, 1000, "% of a transfer's usual time"}},
     make_service<Slower>});

}  // namespace
}  // namespace bftp::server::specimens
