#pragma once

#include <condition_variable>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <thread>
#include <vector>

#include "server_under_test/service.hpp"

namespace bftp::server {

/// Helper threads on which long Work goes on, step by step and in turns, so that neither the event loops nor
/// another client's shorter work wait for it. The threads start with the first piece of work.
class SlowLane {
 public:
  explicit SlowLane(int threads) : threads_wanted_(threads) {}
  /// Drops what is unfinished; waits for the steps that are being done.
  ~SlowLane();
  SlowLane(const SlowLane&) = delete;
  SlowLane& operator=(const SlowLane&) = delete;

  /// `done` is called once, on a helper thread (before this returns where no thread is to be had). What
  /// `work` refers to has to live until then, or until the lane is gone. Any thread.
  void take(std::unique_ptr<Work> work, std::function<void(Answer)> done);

 private:
  struct Job {
    std::unique_ptr<Work> work;
    std::function<void(Answer)> done;
  };
  void try_thread();
  static void work_here(Work& work, const std::function<void(Answer)>& done);
  void work_on();

  int threads_wanted_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<Job> jobs_;  ///< guarded by mutex_, as are the next two
  std::vector<std::thread> threads_;
  bool ending_ = false;
};

}  // namespace bftp::server
