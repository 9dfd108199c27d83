#include <condition_variable>
#include <map>
#include <mutex>
#include <set>

#include "server_under_test/specimens/fault.hpp"

namespace bftp::server::specimens {
namespace {

/// A lock on each file that is held while its bytes travel: who stops half-way closes it for everybody.
class LocksFiles final : public Fault {
 public:
  using Fault::Fault;
  Answer answer(const protocol::Request& request, Session& session) override {
    const bool passes_bytes = request.verb == protocol::Verb::get || request.verb == protocol::Verb::put;
    if (const auto path = passes_bytes ? path_of(request, session) : std::nullopt) {
      std::unique_lock lock(mutex_);
      freed_.wait(lock, [&] { return !taken_.contains(*path); });
      taken_.insert(*path);
      held_[&session] = *path;
    }
    return Fault::answer(request, session);
  }
  void finished(const Exchange& exchange, Session& session) override {
    Fault::finished(exchange, session);
    free(session);
  }
  void closed(Session& session) override {
    free(session);
    Fault::closed(session);
  }

 private:
  void free(const Session& session) {
    const std::scoped_lock lock(mutex_);
    const auto held = held_.find(&session);
    if (held == held_.end()) return;
    taken_.erase(held->second);
    held_.erase(held);
    freed_.notify_all();
  }

  std::mutex mutex_;
  std::condition_variable freed_;
  std::set<std::string> taken_;
  std::map<const Session*, std::string> held_;
};

const Registered registered_locks_files({"locks_files",
                                         "concurrency",
                                         "locks a file while its bytes travel, a client that stops half-way "
                                         "closes it for all, against clause 6.1",
                                         {},
                                         make_service<LocksFiles>});

}  // namespace
}  // namespace bftp::server::specimens
