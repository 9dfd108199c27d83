#include <sys/stat.h>

#include <map>
#include <mutex>
#include <string>
#include <tuple>

#include "server_under_test/specimens/fault.hpp"
#include "server_under_test/specimens/memory_source.hpp"

namespace bftp::server::specimens {
namespace {

/// Keeps each file that was served in memory, once, up to a bound: a cache, and no leak. What changes its
/// size, its inode or its time is read anew.
class FileCache final : public Fault {
 public:
  using Fault::Fault;

 protected:
  void before(Answer& answer, const protocol::Request&, Session&) override {
    if (!answer.body || !answer.body->region()) return;
    struct stat status {};
    if (::fstat(answer.body->region()->file, &status) != 0) return;
    const Key key{status.st_ino, status.st_size, status.st_mtim.tv_sec, status.st_mtim.tv_nsec};
    if (auto content = look_up(key, *answer.body))
      answer.body = std::make_unique<MemorySource>(std::move(content));
  }

 private:
  using Key = std::tuple<ino_t, off_t, time_t, long>;
  std::shared_ptr<const std::string> look_up(const Key& key, Source& source) {
    const std::lock_guard lock(mutex_);
    if (const auto known = files_.find(key); known != files_.end()) return known->second;
    if (held_bytes_ + source.size() > settings.count("mib") << 20) return nullptr;
    held_bytes_ += source.size();
    return files_[key] = std::make_shared<const std::string>(read_whole(source));
  }

  std::mutex mutex_;
  std::map<Key, std::shared_ptr<const std::string>> files_;
  std::uint64_t held_bytes_ = 0;
};

const Registered registered_file_cache({"file_cache",
                                        "healthy",
                                        "keeps one copy of each file it served in memory, up to mib",
                                        {{"mib", 256, 0, 1e6, "MiB"}},
                                        make_service<FileCache>});

}  // namespace
}  // namespace bftp::server::specimens
