#include "server_under_test/quota.hpp"

#include <fcntl.h>
#include <pthread.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cassert>
#include <cerrno>
#include <chrono>
#include <limits>
#include <new>
#include <span>

#include "protocol/deadline.hpp"
#include "server_under_test/folder_walk.hpp"
#include "server_under_test/temporary_name.hpp"

namespace bftp::server {

namespace {

/// Uploads that children may have at the same time; further ones are refused.
constexpr std::size_t child_promises_max = 4096;

std::int64_t to_signed(std::uint64_t bytes) {
  return static_cast<std::int64_t>(std::min<std::uint64_t>(bytes, std::numeric_limits<std::int64_t>::max()));
}

std::int64_t clock_ns() {
  return std::chrono::nanoseconds(protocol::Clock::now().time_since_epoch()).count();
}

/// A mutex that a process may die with: the next one that locks it is told (pthread_mutexattr_setrobust(3)).
void make_mutex(pthread_mutex_t& mutex) {
  pthread_mutexattr_t attributes;
  ::pthread_mutexattr_init(&attributes);
  ::pthread_mutexattr_setpshared(&attributes, PTHREAD_PROCESS_SHARED);
  ::pthread_mutexattr_setrobust(&attributes, PTHREAD_MUTEX_ROBUST);
  ::pthread_mutex_init(&mutex, &attributes);
  ::pthread_mutexattr_destroy(&attributes);
}

}  // namespace

/// All of it is guarded by `mutex`.
struct Quota::Shared {
  /// What a child was promised. It has a place for each, so that a child that is killed leaves word of it.
  struct ChildPromise {
    pid_t child = 0;  ///< 0: the place is free
    std::int64_t bytes = 0;
  };

  pthread_mutex_t mutex{};
  std::int64_t stored_bytes = 0;
  std::int64_t promised_here_bytes = 0;  ///< by the owner, whose end is everybody's
  std::int64_t uploaded_bytes = 0;       ///< since the start
  std::int64_t moves = 0;                ///< since the start
  std::int64_t next_count_ns = 0;        ///< CLOCK_MONOTONIC: when the files may be counted again
  std::size_t places_used = 0;           ///< behind it no place was ever taken
  std::array<ChildPromise, child_promises_max> places{};

  std::span<ChildPromise> used() { return std::span(places).first(places_used); }
};

Quota::Step::Step(Quota& quota) : quota_(quota) {
  auto* shared = quota_.shared_;
  if (shared == nullptr || ::pthread_mutex_lock(&shared->mutex) != EOWNERDEAD) return;
  // A child was killed between changing files and telling so.
  shared->stored_bytes = to_signed(stored_bytes(quota_.root_));
  ::pthread_mutex_consistent(&shared->mutex);
}

Quota::Step::~Step() {
  if (quota_.is_bounded()) ::pthread_mutex_unlock(&quota_.shared_->mutex);
}

Quota::Quota(int root, std::uint64_t limit_bytes, const Stop* stop)
    : root_(root), limit_bytes_(to_signed(limit_bytes)), owner_(::getpid()) {
  if (limit_bytes == 0) return;
  void* shared = ::mmap(nullptr, sizeof(Shared), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  if (shared == MAP_FAILED) throw std::bad_alloc();
  shared_ = new (shared) Shared;
  make_mutex(shared_->mutex);
  shared_->stored_bytes = to_signed(stored_bytes(root, stop));
}

Quota::~Quota() {
  if (shared_ != nullptr) ::munmap(shared_, sizeof(Shared));
}

bool Quota::promise(std::uint64_t bytes) {
  if (!is_bounded()) return true;
  if (bytes > static_cast<std::uint64_t>(limit_bytes_)) return false;
  if (try_promise(bytes)) return true;
  count_anew();
  return try_promise(bytes);
}

bool Quota::try_promise(std::uint64_t bytes) {
  const Step step(*this);
  const bool fits = shared_->stored_bytes + promised_bytes() <= limit_bytes_ - to_signed(bytes);
  return fits && note_promise(to_signed(bytes));
}

bool Quota::note_promise(std::int64_t bytes) {
  if (::getpid() == owner_) {
    shared_->promised_here_bytes += bytes;
    return true;
  }
  const auto free = std::ranges::find(shared_->places, 0, &Shared::ChildPromise::child);
  if (free == shared_->places.end()) return false;
  *free = {::getpid(), bytes};
  const auto place = static_cast<std::size_t>(free - shared_->places.begin());
  shared_->places_used = std::max(shared_->places_used, place + 1);
  return true;
}

void Quota::end_promise(std::int64_t bytes) {
  if (::getpid() == owner_) {
    shared_->promised_here_bytes -= bytes;
    return;
  }
  const auto is_it = [bytes, child = ::getpid()](const Shared::ChildPromise& promise) {
    return promise.child == child && promise.bytes == bytes;
  };
  const auto place = std::ranges::find_if(shared_->used(), is_it);
  assert(place != shared_->used().end());
  place->child = 0;
}

std::int64_t Quota::promised_bytes() const {
  auto bytes = shared_->promised_here_bytes;
  for (const auto& promise : shared_->used())
    if (promise.child != 0) bytes += promise.bytes;
  return bytes;
}

/// Others go on while the files are counted. An upload that ended meanwhile counts beside what was found,
/// whether the walk met it or not; a move may have carried files past the walk, so then the count is not
/// used.
void Quota::count_anew() {
  constexpr std::int64_t short_ns = 2'000'000;  // keeps nobody waiting
  constexpr std::int64_t times_its_length = 9;
  const auto from_ns = clock_ns();
  std::int64_t uploaded_before = 0;
  std::int64_t moves_before = 0;
  {
    const Step step(*this);
    if (from_ns < shared_->next_count_ns) return;
    uploaded_before = shared_->uploaded_bytes;
    moves_before = shared_->moves;
  }
  const auto found_bytes = to_signed(stored_bytes(root_));
  const Step step(*this);
  const auto to_ns = clock_ns();
  const auto took_ns = to_ns - from_ns;
  shared_->next_count_ns = took_ns > short_ns ? to_ns + times_its_length * took_ns : to_ns;
  if (shared_->moves != moves_before) return;
  shared_->stored_bytes = found_bytes + (shared_->uploaded_bytes - uploaded_before);
}

void Quota::broken(std::uint64_t bytes) {
  if (!is_bounded()) return;
  const Step step(*this);
  end_promise(to_signed(bytes));
}

void Quota::kept(const Step&, std::uint64_t bytes, std::uint64_t replaced_bytes) {
  if (!is_bounded()) return;
  shared_->stored_bytes += to_signed(bytes) - to_signed(replaced_bytes);
  shared_->uploaded_bytes += to_signed(bytes);
  end_promise(to_signed(bytes));
}

void Quota::freed(const Step&, std::uint64_t bytes) {
  if (is_bounded()) shared_->stored_bytes -= to_signed(bytes);
}

void Quota::moved(const Step& step, std::uint64_t replaced_bytes) {
  if (!is_bounded()) return;
  ++shared_->moves;
  freed(step, replaced_bytes);
}

void Quota::process_ended(pid_t child) {
  if (!is_bounded()) return;
  const Step step(*this);
  for (auto& promise : shared_->used())
    if (promise.child == child) promise.child = 0;
}

std::uint64_t stored_bytes(int root, const Stop* stop) {
  std::uint64_t total = 0;
  walk_files(root, [&total, stop](int folder, const char* name) {
    struct stat about {};
    const bool counts = !is_temporary_name(name) &&
                        ::fstatat(folder, name, &about, AT_SYMLINK_NOFOLLOW) == 0 && S_ISREG(about.st_mode);
    if (counts) total += static_cast<std::uint64_t>(about.st_size);
    return stop == nullptr || !stop->requested();
  });
  return total;
}

}  // namespace bftp::server
