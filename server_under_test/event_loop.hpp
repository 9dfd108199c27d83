#pragma once

#include <list>
#include <mutex>
#include <optional>
#include <vector>

#include "server_under_test/admission.hpp"
#include "server_under_test/concurrency_model.hpp"
#include "server_under_test/epoll_client.hpp"
#include "server_under_test/slow_lane.hpp"

namespace bftp::server {

/// What the event loops of one server share.
struct EpollShared {
  int listener = -1;
  Front front;
  const ServingLimits& limits;
  const Stop& stop;
  Admission admission;
};

/// One epoll(7) and the connections that it has accepted. One thread runs it; loops share the listener, and
/// the kernel wakes one of them for each new connection (EPOLLEXCLUSIVE).
///
/// Sockets are registered once, edge-triggered, and only when the client has to wait for something: the
/// request that comes with the connection is read right after accept.
class EventLoop {
 public:
  static constexpr int descriptors = 4;  ///< epoll, mail, and both ends of the pipe

  /// `slow_lane` is destroyed before the loops are.
  EventLoop(EpollShared& shared, SlowLane& slow_lane);

  /// Errors: system. Returns when the stop has come and every client has ended or `limits.drain` is over.
  protocol::Result<void> run();

 private:
  using Time = protocol::Clock::time_point;

  struct Guest {
    Guest(protocol::UniqueFd socket, const Front& front, const bool& ending)
        : client(std::move(socket), front, ending) {}

    EpollClient client;
    Reception reception = Reception::serve;
    Time since;  ///< when something moved last
    Time doubted_since;
    std::optional<int>
        unacknowledged;  ///< bytes, half of the idle time after that; of one that is being sent to
    std::list<Guest>* in = nullptr;
    std::list<Guest>::iterator place;
    bool registered = false;
    bool wants_output = false;
    bool has_turn = false;  ///< is in turns_
  };

  struct Finished {
    Guest* guest;
    Answer answer;
  };

  int wait_ms() const;
  void handle(std::uint64_t tag, std::uint32_t events);
  void accept_client();
  void advance(Guest& guest);
  void wait_for(Guest& guest, bool output);
  void start_work(Guest& guest);
  void take_finished_work();
  void take_turns();
  void touch(Guest& guest);
  void move_to(std::list<Guest>& list, Guest& guest);
  std::list<Guest>& list_for(Guest& guest);
  void end_pauses();
  void expire();
  void doubt_the_silent();
  void remove_the_silent();
  void expire(std::list<Guest>& guests, protocol::Clock::duration wait);
  void remove(Guest& guest);
  void begin_ending();
  void end_idle(std::list<Guest>& guests);
  bool has_ended() const;

  EpollShared& shared_;
  SlowLane& slow_lane_;
  protocol::UniqueFd epoll_;
  protocol::UniqueFd mail_;  ///< eventfd: there is finished work
  std::vector<std::byte> scratch_;
  SplicePipe pipe_;
  Time now_ = protocol::Clock::now();
  std::list<Guest> guests_;   ///< longest silent first
  std::list<Guest> doubted_;  ///< the same, of those silent for half of the idle time
  std::list<Guest> pausing_;  ///< the same, of those whose next silence says that a request is whole
  std::list<Guest> parting_;  ///< the same, of those that only have to close
  std::list<Guest> working_;
  std::vector<Guest*> turns_;  ///< could go on at once
  bool has_mail_ = false;
  bool has_stop_ = false;
  bool ending_ = false;
  Time end_;

  std::mutex mutex_;
  std::vector<Finished> finished_;  ///< guarded by mutex_
};

}  // namespace bftp::server
