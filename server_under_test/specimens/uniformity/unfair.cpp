#include <mutex>
#include <set>

#include "server_under_test/specimens/fault.hpp"

namespace bftp::server::specimens {
namespace {

/// Round robin that forgets somebody. It shows with lasting connections: others cannot be told apart.
class Unfair final : public Fault {
 public:
  using Fault::Fault;
  void opened(Session& session) override {
    if (count_.fetch_add(1) % settings.count("every") == 0) {
      const std::lock_guard lock(mutex_);
      slow_.insert(&session);
    }
    Fault::opened(session);
  }
  void closed(Session& session) override {
    {
      const std::lock_guard lock(mutex_);
      slow_.erase(&session);
    }
    Fault::closed(session);
  }

 protected:
  void before(Answer&, const protocol::Request&, Session& session) override {
    if (is_slow(session)) pause(std::chrono::duration<double, std::milli>(settings.number("ms")));
  }

 private:
  bool is_slow(const Session& session) {
    const std::lock_guard lock(mutex_);
    return slow_.contains(&session);
  }
  std::atomic<std::uint64_t> count_{0};
  std::mutex mutex_;
  std::set<const Session*> slow_;
};

const Registered registered_unfair({"unfair",
                                    "uniformity",
                                    "one connection of every few waits ms longer for each transfer",
                                    {{"every", 4, 1, 1e6, "connections"}, {"ms", 20, 0, 1e6, "ms"}},
                                    make_service<Unfair>});

}  // namespace
}  // namespace bftp::server::specimens
