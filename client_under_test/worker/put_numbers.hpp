#pragma once

#include <cstdint>
#include <set>

namespace bftp::client::worker {

/// The numbers in the names of PUTs: the lowest that names no file which may be there. So names recur once
/// their files are verified and removed, and what a server remembers of each name (an index, a cache) stays
/// bounded as it would with people's files. A name whose PUT failed does not recur: what that left is to be
/// found.
class PutNumbers {
 public:
  std::uint64_t take() {
    if (free_.empty()) return next_++;
    return free_.extract(free_.begin()).value();
  }

  /// Its file is gone. Only for a number that was taken.
  void give_back(std::uint64_t number) { free_.insert(number); }

 private:
  std::uint64_t next_ = 0;
  std::set<std::uint64_t> free_;
};

}  // namespace bftp::client::worker
