#include "server_under_test/thread_group.hpp"

#include <system_error>

namespace bftp::server {

ThreadGroup::~ThreadGroup() {
  join_ended();
  const std::scoped_lock lock(threads_->mutex);
  for (auto& thread : threads_->running) thread.detach();
}

bool ThreadGroup::start(std::function<void()> work) {
  join_ended();
  const std::scoped_lock lock(threads_->mutex);
  const auto place = threads_->running.emplace(threads_->running.end());
  try {
    *place = std::thread([threads = threads_, place, work = std::move(work)]() mutable {
      work();
      work = nullptr;  // what it holds is gone before anybody hears of its end
      const std::scoped_lock ended(threads->mutex);
      threads->ended.splice(threads->ended.end(), threads->running, place);
      threads->one_ended.notify_all();
    });
    return true;
  } catch (const std::system_error&) {
    threads_->running.erase(place);
    return false;
  }
}

bool ThreadGroup::wait(const protocol::Deadline& deadline) {
  const auto none = [this] {
    return threads_->running.empty();
  };
  std::unique_lock lock(threads_->mutex);
  const bool all = threads_->one_ended.wait_until(lock, deadline.when(), none);
  lock.unlock();
  join_ended();
  return all;
}

void ThreadGroup::join_ended() {
  std::list<std::thread> ended;
  {
    const std::scoped_lock lock(threads_->mutex);
    ended.swap(threads_->ended);
  }
  for (auto& thread : ended)
    if (thread.joinable()) thread.join();
}

}  // namespace bftp::server
