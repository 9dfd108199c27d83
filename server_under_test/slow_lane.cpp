#include "server_under_test/slow_lane.hpp"

#include <optional>
#include <system_error>

namespace bftp::server {

SlowLane::~SlowLane() {
  {
    const std::scoped_lock lock(mutex_);
    ending_ = true;
    jobs_.clear();
  }
  changed_.notify_all();
  for (auto& thread : threads_) thread.join();
}

void SlowLane::take(std::unique_ptr<Work> work, std::function<void(Answer)> done) {
  const std::scoped_lock lock(mutex_);
  if (static_cast<int>(threads_.size()) < threads_wanted_) try_thread();
  if (threads_.empty()) return work_here(*work, done);
  jobs_.push_back({std::move(work), std::move(done)});
  changed_.notify_one();
}

void SlowLane::try_thread() {
  try {
    threads_.emplace_back([this] { work_on(); });
  } catch (const std::system_error&) {
    // The system has no thread for us now. Those that there are will do; the next work tries again.
  }
}

void SlowLane::work_here(Work& work, const std::function<void(Answer)>& done) {
  std::optional<Answer> known;
  while (!known) known = work.step();
  done(std::move(*known));
}

void SlowLane::work_on() {
  std::unique_lock lock(mutex_);
  for (;;) {
    changed_.wait(lock, [this] { return ending_ || !jobs_.empty(); });
    if (ending_) return;
    auto job = std::move(jobs_.front());
    jobs_.pop_front();
    lock.unlock();
    auto known = job.work->step();
    if (known) job.done(std::move(*known));
    lock.lock();
    if (!known && !ending_) jobs_.push_back(std::move(job));
  }
}

}  // namespace bftp::server
