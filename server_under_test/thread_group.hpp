#pragma once

#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>

#include "protocol/deadline.hpp"

namespace bftp::server {

/// Threads that end by themselves, and a way to wait for the last of them, with a bound.
class ThreadGroup {
 public:
  /// Runs `work` on a new thread. False: the system has none left.
  bool start(std::function<void()> work);
  /// True: all have ended. False: the deadline came first.
  bool wait(const protocol::Deadline& deadline);

 private:
  /// Shared with the threads, the last of which may outlive the group.
  struct Count {
    std::mutex mutex;
    std::condition_variable fell;
    int running = 0;
  };
  std::shared_ptr<Count> count_ = std::make_shared<Count>();
};

}  // namespace bftp::server
