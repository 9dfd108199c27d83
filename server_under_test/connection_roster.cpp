#include "server_under_test/connection_roster.hpp"

#include <sys/socket.h>

namespace bftp::server {

ConnectionRoster::Guest::Guest(std::shared_ptr<ConnectionRoster> roster, int socket)
    : roster_(std::move(roster)), socket_(socket) {
  const std::scoped_lock lock(roster_->mutex_);
  roster_->guests_.insert(this);
}

ConnectionRoster::Guest::~Guest() {
  const std::scoped_lock lock(roster_->mutex_);
  roster_->guests_.erase(this);
}

bool ConnectionRoster::Guest::begin() {
  // First say "idle", then look; end_idle() first sets its flag, then looks who is idle. One of the two sees
  // the other.
  idle_ = true;
  return !roster_->ending_;
}

void ConnectionRoster::end_idle() {
  ending_ = true;
  const std::scoped_lock lock(mutex_);
  for (const auto* guest : guests_)
    if (guest->idle_) ::shutdown(guest->socket_, SHUT_RD);
}

void ConnectionRoster::cut() {
  const std::scoped_lock lock(mutex_);
  for (const auto* guest : guests_) ::shutdown(guest->socket_, SHUT_RDWR);
}

}  // namespace bftp::server
