#include "server_under_test/slow_lane.hpp"

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
  jobs_.push_back({std::move(work), std::move(done)});
  if (static_cast<int>(threads_.size()) < threads_wanted_) threads_.emplace_back([this] { work_on(); });
  changed_.notify_one();
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
