#include "server_under_test/blocking_server.hpp"

namespace bftp::server {

using protocol::Deadline;

BlockingServer::Visit::Visit(BlockingServer& server, protocol::UniqueFd client)
    : server_(server), connection_(std::move(client)), guest_(server.roster_->enter(connection_.fd())) {}

void BlockingServer::Visit::serve() {
  const auto& limits = server_.limits_;
  if (guest_->number() > static_cast<std::size_t>(limits.clients_max)) {
    server::turn_away(connection_, server_.front_);
  } else {
    serve_connection(connection_, server_.front_, limits, *guest_);
  }
}

protocol::Result<void> BlockingServer::drain() {
  constexpr std::chrono::seconds last_wait{1};
  stop_listening(listener_);
  roster_->end_idle();
  if (threads_.wait(Deadline::after(limits_.drain))) return {};
  roster_->cut();
  if (threads_.wait(Deadline::after(last_wait))) return {};
  return protocol::Error{protocol::ErrorKind::deadline, "some transfers did not end in time"};
}

}  // namespace bftp::server
