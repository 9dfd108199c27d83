#include "server_under_test/event_loop.hpp"

#include <poll.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <cerrno>

#include "server_under_test/farewell.hpp"
#include "server_under_test/serve_connection.hpp"

namespace bftp::server {

using protocol::Clock;
using protocol::Result;
using protocol::UniqueFd;

namespace {

constexpr std::size_t events_at_once = 256;
/// One for a loop, so it may be larger than what a thread of its own has for each connection: an upload takes
/// an eighth less CPU time than with half of it, and no less with twice of it.
constexpr std::size_t scratch_bytes = 512u << 10;

/// A client's tag is its address; no object lies at these.
constexpr std::uint64_t listener_tag = 1;
constexpr std::uint64_t stop_tag = 2;
constexpr std::uint64_t mail_tag = 3;

bool control(int epoll, int operation, int fd, std::uint32_t events, std::uint64_t tag) {
  epoll_event event{};
  event.events = events;
  event.data.u64 = tag;
  return ::epoll_ctl(epoll, operation, fd, &event) == 0;
}

template <class Guest>
std::uint64_t tag_of(const Guest& guest) {
  return reinterpret_cast<std::uintptr_t>(&guest);
}

}  // namespace

EventLoop::EventLoop(EpollShared& shared, SlowLane& slow_lane)
    : shared_(shared),
      slow_lane_(slow_lane),
      epoll_(::epoll_create1(EPOLL_CLOEXEC)),
      mail_(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)),
      scratch_(scratch_bytes) {}

Result<void> EventLoop::run() {
  const bool ready =
      epoll_ && mail_ &&
      control(epoll_.get(), EPOLL_CTL_ADD, shared_.listener, EPOLLIN | EPOLLEXCLUSIVE, listener_tag) &&
      control(epoll_.get(), EPOLL_CTL_ADD, shared_.stop.fd(), EPOLLIN, stop_tag) &&
      control(epoll_.get(), EPOLL_CTL_ADD, mail_.get(), EPOLLIN, mail_tag);
  if (!ready) return protocol::system_error("cannot set up epoll");
  std::array<epoll_event, events_at_once> events{};
  while (!has_ended()) {
    const int count = ::epoll_wait(epoll_.get(), events.data(), events_at_once, wait_ms());
    if (count < 0 && errno != EINTR) return protocol::system_error("cannot wait for events");
    now_ = Clock::now();
    for (int i = 0; i < count; ++i) {
      const auto& event = events[static_cast<std::size_t>(i)];
      handle(event.data.u64, event.events);
    }
    // Only now: they end clients that this batch may still have had an event for.
    if (std::exchange(has_mail_, false)) take_finished_work();
    if (std::exchange(has_stop_, false)) begin_ending();
    take_turns();
    expire();
  }
  return {};
}

void EventLoop::handle(std::uint64_t tag, std::uint32_t events) {
  switch (tag) {
    case listener_tag:
      return accept_client();
    case stop_tag:
      has_stop_ = true;
      return;
    case mail_tag:
      has_mail_ = true;
      return;
    default:
      break;
  }
  // NOLINTNEXTLINE(performance-no-int-to-ptr): epoll keeps 64 bits for us, and they are a pointer's
  auto& guest = *reinterpret_cast<Guest*>(static_cast<std::uintptr_t>(tag));
  constexpr std::uint32_t last_input = EPOLLRDHUP | EPOLLHUP | EPOLLERR;
  if ((events & (EPOLLIN | last_input)) != 0) guest.client.note_input((events & last_input) != 0);
  advance(guest);
}

void EventLoop::accept_client() {
  UniqueFd socket(::accept4(shared_.listener, nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC));
  if (!socket) {
    const bool nobody = errno == EAGAIN || errno == ECONNABORTED || errno == EINTR || ending_;
    if (!nobody) ::poll(nullptr, 0, 10);  // a shortage of descriptors or memory: do not spin
    return;
  }
  const auto reception = shared_.admission.enter();
  if (reception == Reception::turn_away_at_once) {
    protocol::Connection connection(std::move(socket));
    return turn_away_at_once(connection, shared_.front);
  }
  auto& guest = guests_.emplace_back(std::move(socket), shared_.front, ending_);
  guest.in = &guests_;
  guest.place = std::prev(guests_.end());
  guest.reception = reception;
  guest.since = now_;
  if (reception == Reception::turn_away) guest.client.turn_away();
  advance(guest);
}

void EventLoop::advance(Guest& guest) {
  const auto waits = guest.client.advance({scratch_, pipe_});
  if (waits == EpollClient::Waits::over) return remove(guest);
  if (guest.client.progressed()) touch(guest);
  if (auto& list = list_for(guest); guest.in != &list && guest.in != &working_) {
    move_to(list, guest);
    guest.since = now_;
  }
  switch (waits) {
    case EpollClient::Waits::turn:
      if (!std::exchange(guest.has_turn, true)) turns_.push_back(&guest);
      return;
    case EpollClient::Waits::work:
      return start_work(guest);
    default:
      return wait_for(guest, waits == EpollClient::Waits::output);
  }
}

void EventLoop::wait_for(Guest& guest, bool output) {
  const bool known = guest.registered && (guest.wants_output || !output);
  if (known) return;
  // Interest in output comes with the first full buffer only: before, each acknowledgement would wake us.
  guest.wants_output = guest.wants_output || output;
  const auto events = EPOLLIN | EPOLLRDHUP | EPOLLET | (guest.wants_output ? EPOLLOUT : 0U);
  const int operation = guest.registered ? EPOLL_CTL_MOD : EPOLL_CTL_ADD;
  guest.registered = true;
  if (!control(epoll_.get(), operation, guest.client.socket(), events, tag_of(guest))) remove(guest);
}

void EventLoop::start_work(Guest& guest) {
  auto work = guest.client.take_work();
  if (!work) return;  // on its way already; an event came meanwhile
  move_to(working_, guest);
  slow_lane_.take(std::move(work), [this, &guest](Answer answer) {
    {
      const std::scoped_lock lock(mutex_);
      finished_.push_back({&guest, std::move(answer)});
    }
    ::eventfd_write(mail_.get(), 1);
  });
}

void EventLoop::take_finished_work() {
  eventfd_t count = 0;
  ::eventfd_read(mail_.get(), &count);
  std::vector<Finished> finished;
  {
    const std::scoped_lock lock(mutex_);
    finished.swap(finished_);
  }
  for (auto& [guest, answer] : finished) {
    move_to(guests_, *guest);
    guest->client.resume(std::move(answer));
    advance(*guest);
  }
}

void EventLoop::take_turns() {
  auto turns = std::exchange(turns_, {});
  for (auto* guest : turns) {
    guest->has_turn = false;
    advance(*guest);
  }
}

void EventLoop::touch(Guest& guest) {
  guest.since = now_;
  move_to(guest.in == &doubted_ ? guests_ : *guest.in, guest);
}

std::list<EventLoop::Guest>& EventLoop::list_for(Guest& guest) {
  if (guest.client.is_parting()) return parting_;
  if (guest.client.is_pausing()) return pausing_;
  return guest.in == &doubted_ ? doubted_ : guests_;
}

void EventLoop::move_to(std::list<Guest>& list, Guest& guest) {
  list.splice(list.end(), *guest.in, guest.place);
  guest.in = &list;
}

void EventLoop::remove(Guest& guest) {
  if (guest.has_turn) std::erase(turns_, &guest);
  shared_.admission.leave(guest.reception);
  guest.in->erase(guest.place);
}

void EventLoop::expire() {
  doubt_the_silent();
  remove_the_silent();
  expire(parting_, farewell_wait);
  end_pauses();
}

void EventLoop::end_pauses() {
  while (!pausing_.empty() && now_ - pausing_.front().since >= shared_.front.dialect.pause()) {
    auto& guest = pausing_.front();
    guest.client.note_pause();  // takes it off this list
    advance(guest);
  }
}

/// epoll tells of room only when a third of the send buffer is free, and that may be megabytes: a slow client
/// needs longer for them than it may stand still. So it is looked at twice whether its kernel has
/// acknowledged anything in between.
void EventLoop::doubt_the_silent() {
  while (!guests_.empty() && now_ - guests_.front().since >= shared_.limits.idle / 2) {
    auto& guest = guests_.front();
    guest.unacknowledged =
        guest.client.is_idle() ? std::nullopt : protocol::unacknowledged_bytes(guest.client.socket());
    guest.doubted_since = now_;
    move_to(doubted_, guest);
  }
}

void EventLoop::remove_the_silent() {
  while (!doubted_.empty() && now_ - doubted_.front().since >= shared_.limits.idle) {
    auto& guest = doubted_.front();
    if (now_ - guest.doubted_since < shared_.limits.idle / 2)
      return;  // we were away: the client has its time
    const auto left = protocol::unacknowledged_bytes(guest.client.socket());
    const bool takes_some = guest.unacknowledged && left && *left < *guest.unacknowledged;
    if (takes_some)
      touch(guest);
    else
      remove(guest);
  }
}

void EventLoop::expire(std::list<Guest>& guests, Clock::duration wait) {
  while (!guests.empty() && now_ - guests.front().since >= wait) remove(guests.front());
}

int EventLoop::wait_ms() const {
  if (!turns_.empty()) return 0;
  constexpr auto rounded_up = std::chrono::milliseconds(1);
  auto until = Time::max();
  if (!guests_.empty()) until = guests_.front().since + shared_.limits.idle / 2;
  if (!doubted_.empty()) {
    const Guest& guest = doubted_.front();
    until = std::min(
        until, std::max(guest.since + shared_.limits.idle, guest.doubted_since + shared_.limits.idle / 2));
  }
  if (!parting_.empty()) until = std::min(until, parting_.front().since + farewell_wait);
  if (!pausing_.empty()) until = std::min(until, pausing_.front().since + shared_.front.dialect.pause());
  if (ending_) until = std::min(until, end_);
  if (until == Time::max()) return -1;
  const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(until - now_) + rounded_up;
  return static_cast<int>(std::clamp<std::int64_t>(left.count(), 0, 3'600'000));
}

void EventLoop::begin_ending() {
  ending_ = true;
  end_ = now_ + shared_.limits.drain;
  ::epoll_ctl(epoll_.get(), EPOLL_CTL_DEL, shared_.stop.fd(), nullptr);
  ::epoll_ctl(epoll_.get(), EPOLL_CTL_DEL, shared_.listener, nullptr);
  stop_listening(shared_.listener);
  end_idle(guests_);
  end_idle(doubted_);
}

void EventLoop::end_idle(std::list<Guest>& guests) {
  for (auto next = guests.begin(); next != guests.end();) {
    auto& guest = *next++;
    if (!guest.client.is_idle()) continue;
    guest.client.has_unread() ? advance(guest) : remove(guest);
  }
}

bool EventLoop::has_ended() const {
  const bool none =
      guests_.empty() && doubted_.empty() && pausing_.empty() && parting_.empty() && working_.empty();
  return ending_ && (none || now_ >= end_);
}

}  // namespace bftp::server
