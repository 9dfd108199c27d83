#include <map>
#include <mutex>

#include "server_under_test/specimens/fault.hpp"

namespace bftp::server::specimens {
namespace {

/// One buffer for the requests of a connection, cleared only when one was served: after a refusal the end of
/// the longer path stands behind the shorter.
class StaleTail final : public Fault {
 public:
  using Fault::Fault;
  Answer answer(const protocol::Request& request, Session& session) override {
    auto mixed = request;
    {
      const std::scoped_lock lock(mutex_);
      const auto& left = left_[&session];
      if (left.size() > mixed.path.size()) mixed.path += left.substr(mixed.path.size());
    }
    auto answer = Fault::answer(mixed, session);
    const std::scoped_lock lock(mutex_);
    left_[&session] = answer.reply.ok ? std::string() : mixed.path;
    return answer;
  }
  void closed(Session& session) override {
    {
      const std::scoped_lock lock(mutex_);
      left_.erase(&session);
    }
    Fault::closed(session);
  }

 private:
  std::mutex mutex_;
  std::map<const Session*, std::string> left_;
};

const Registered registered_stale_tail(
    {"stale_tail",
     "framing",
     "after a refusal the rest of the longer path stands behind the next one, against clause 2.3",
     {},
     make_service<StaleTail>});

}  // namespace
}  // namespace bftp::server::specimens
