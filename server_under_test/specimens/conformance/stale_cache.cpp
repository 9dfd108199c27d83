#include <map>
#include <mutex>
#include <string>

#include "server_under_test/specimens/fault.hpp"
#include "server_under_test/specimens/memory_source.hpp"

namespace bftp::server::specimens {
namespace {

/// Keeps what it served, by name, and asks nobody whether the file is still the same.
class StaleCache final : public Fault {
 public:
  using Fault::Fault;

 protected:
  void before(Answer& answer, const protocol::Request& request, Session& session) override {
    const auto path = path_of(request, session);
    if (!answer.body || !path) return;
    auto content = look_up(*path, *answer.body);
    if (content == nullptr) return;
    answer.reply = ok(std::to_string(content->size())).reply;
    answer.body = std::make_unique<MemorySource>(std::move(content));
  }

 private:
  std::shared_ptr<const std::string> look_up(const std::string& name, Source& source) {
    const std::lock_guard lock(mutex_);
    if (const auto known = files_.find(name); known != files_.end()) return known->second;
    if (held_bytes_ + source.size() > settings.count("mib") << 20) return nullptr;
    held_bytes_ += source.size();
    return files_[name] = std::make_shared<const std::string>(read_whole(source));
  }

  std::mutex mutex_;
  std::map<std::string, std::shared_ptr<const std::string>> files_;
  std::uint64_t held_bytes_ = 0;
};

const Registered registered_stale_cache(
    {"stale_cache",
     "conformance",
     "serves what a file held when it was first asked for, also after a PUT, against clause 4.8",
     {{"mib", 256, 0, 1e6, "MiB kept"}},
     make_service<StaleCache>});

}  // namespace
}  // namespace bftp::server::specimens
