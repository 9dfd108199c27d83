#pragma once

#include <memory>
#include <mutex>
#include <utility>
#include <vector>

namespace bftp::server::specimens {

/// Keeps things that nobody will ask for again: a leak as seen from outside, and none for a leak checker at
/// the end.
template <class T>
class Hoard {
 public:
  void keep(T thing) {
    const std::lock_guard lock(mutex_);
    things_.push_back(std::move(thing));
  }
  void clear() {
    const std::lock_guard lock(mutex_);
    things_.clear();
  }

 private:
  std::mutex mutex_;
  std::vector<T> things_;
};

}  // namespace bftp::server::specimens
