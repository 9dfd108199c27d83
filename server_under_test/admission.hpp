#pragma once

#include <atomic>

namespace bftp::server {

/// How many clients beyond the limit may be told so politely at the same time; further ones are told and
/// closed at once.
inline constexpr int turned_away_max = 16;

/// What is to be done with a client that has come.
enum class Reception {
  serve,
  turn_away,          ///< ERR 503, and time to read it: turn_away()
  turn_away_at_once,  ///< there are many of those already: turn_away_at_once()
};

/// Counts who is there: those that are served, and apart from them those that are just being told that there
/// are too many, so that these take nobody's place. Any thread.
class Admission {
 public:
  explicit Admission(int clients_max) : served_(clients_max), turned_away_(turned_away_max) {}

  /// A client has come. It takes a place, where there is one, until leave() is called with what this
  /// returned.
  Reception enter();
  void leave(Reception reception);

 private:
  class Places {
   public:
    explicit Places(int max) : free_(max) {}
    bool take();
    void give_back() { ++free_; }

   private:
    std::atomic<int> free_;
  };

  Places served_;
  Places turned_away_;
};

}  // namespace bftp::server
