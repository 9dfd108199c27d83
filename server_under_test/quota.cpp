#include "server_under_test/quota.hpp"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>

#include <algorithm>
#include <chrono>
#include <limits>
#include <new>

#include "protocol/deadline.hpp"
#include "server_under_test/folder_walk.hpp"
#include "server_under_test/temporary_name.hpp"

namespace bftp::server {

namespace {

std::int64_t to_signed(std::uint64_t bytes) {
  return static_cast<std::int64_t>(std::min<std::uint64_t>(bytes, std::numeric_limits<std::int64_t>::max()));
}

std::int64_t now_ns() {
  return std::chrono::nanoseconds(protocol::Clock::now().time_since_epoch()).count();
}

}  // namespace

Quota::Quota(int root, std::uint64_t limit_bytes, const Stop* stop)
    : root_(root), limit_bytes_(to_signed(limit_bytes)) {
  if (limit_bytes == 0) return;
  void* shared = ::mmap(nullptr, sizeof(Counters), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  if (shared == MAP_FAILED) throw std::bad_alloc();
  counters_ = new (shared) Counters{to_signed(stored_bytes(root, stop)), 0, 0};
}

Quota::~Quota() {
  if (counters_ != nullptr) ::munmap(counters_, sizeof(Counters));
}

bool Quota::fits() const {
  return counters_->stored_bytes + counters_->promised_bytes <= limit_bytes_;
}

void Quota::count_anew() {
  constexpr std::int64_t short_ns = 2'000'000;  // keeps nobody waiting
  constexpr std::int64_t times_its_length = 9;
  const auto from_ns = now_ns();
  if (from_ns < counters_->next_count_ns) return;
  counters_->stored_bytes = to_signed(stored_bytes(root_));
  const auto to_ns = now_ns();
  const auto took_ns = to_ns - from_ns;
  counters_->next_count_ns = took_ns > short_ns ? to_ns + times_its_length * took_ns : to_ns;
}

bool Quota::promise(std::uint64_t bytes) {
  if (counters_ == nullptr) return true;
  if (bytes > static_cast<std::uint64_t>(limit_bytes_)) return false;
  counters_->promised_bytes += to_signed(bytes);
  if (fits()) return true;
  count_anew();
  if (fits()) return true;
  broken(bytes);
  return false;
}

void Quota::kept(std::uint64_t bytes, std::uint64_t replaced_bytes) {
  if (counters_ == nullptr) return;
  counters_->stored_bytes += to_signed(bytes) - to_signed(replaced_bytes);
  counters_->promised_bytes -= to_signed(bytes);
}

void Quota::broken(std::uint64_t bytes) {
  if (counters_ != nullptr) counters_->promised_bytes -= to_signed(bytes);
}

void Quota::freed(std::uint64_t bytes) {
  if (counters_ != nullptr) counters_->stored_bytes -= to_signed(bytes);
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
