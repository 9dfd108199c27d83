#include <mutex>
#include <string>

#include "server_under_test/specimens/fault.hpp"

namespace bftp::server::specimens {
namespace {

/// chdir() for one client is chdir() for all of them: clause 2.5 gives each connection its own.
class SharedFolder final : public Fault {
 public:
  using Fault::Fault;
  Answer answer(const protocol::Request& request, Session& session) override {
    const std::lock_guard lock(mutex_);
    session.folder = folder_;
    auto answer = Fault::answer(request, session);
    folder_ = session.folder;
    return answer;
  }

 private:
  std::mutex mutex_;
  std::string folder_ = "/";
};

const Registered registered_shared_folder({"shared_folder",
                                           "conformance",
                                           "all connections share one current folder, against clause 2.5",
                                           {},
                                           make_service<SharedFolder>});

}  // namespace
}  // namespace bftp::server::specimens
