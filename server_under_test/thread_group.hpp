#pragma once

#include <condition_variable>
#include <functional>
#include <list>
#include <memory>
#include <mutex>
#include <thread>

#include "protocol/deadline.hpp"

namespace bftp::server {

/// Threads that end by themselves, and a way to wait for the last of them, with a bound. A thread that has
/// ended is joined when the next one starts, or by wait().
class ThreadGroup {
 public:
  ThreadGroup() = default;
  /// Leaves behind those that still run.
  ~ThreadGroup();
  ThreadGroup(const ThreadGroup&) = delete;
  ThreadGroup& operator=(const ThreadGroup&) = delete;

  /// Runs `work` on a new thread. False: the system has none left.
  bool start(std::function<void()> work);
  /// True: all have ended. False: the deadline came first.
  bool wait(const protocol::Deadline& deadline);

 private:
  /// Shared with the threads, the last of which may outlive the group.
  struct Threads {
    std::mutex mutex;
    std::condition_variable one_ended;
    std::list<std::thread> running;  ///< guarded by mutex, as is the next
    std::list<std::thread> ended;
  };
  void join_ended();

  std::shared_ptr<Threads> threads_ = std::make_shared<Threads>();
};

}  // namespace bftp::server
