#include "server_under_test/thread_group.hpp"

#include <system_error>
#include <thread>

namespace bftp::server {

bool ThreadGroup::start(std::function<void()> work) {
  const auto change_by = [](Count& count, int change) {
    const std::scoped_lock lock(count.mutex);
    count.running += change;
    count.fell.notify_all();
  };
  change_by(*count_, 1);
  try {
    std::thread([count = count_, work = std::move(work), change_by]() mutable {
      work();
      work = nullptr;  // what it holds is gone before anybody hears of its end
      change_by(*count, -1);
    }).detach();
    return true;
  } catch (const std::system_error&) {
    change_by(*count_, -1);
    return false;
  }
}

bool ThreadGroup::wait(const protocol::Deadline& deadline) {
  std::unique_lock lock(count_->mutex);
  const auto none = [this] {
    return count_->running == 0;
  };
  return count_->fell.wait_until(lock, deadline.when(), none);
}

}  // namespace bftp::server
