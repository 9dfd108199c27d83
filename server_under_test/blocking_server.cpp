#include "server_under_test/blocking_server.hpp"

namespace bftp::server {

using protocol::Deadline;

BlockingServer::Visit::Visit(BlockingServer& server, protocol::UniqueFd client)
    : server_(server),
      reception_(server.admission_.enter()),
      connection_(std::move(client)),
      guest_(server.roster_->enter(connection_.fd())) {}

void BlockingServer::Visit::serve() {
  switch (reception_) {
    case Reception::serve:
      return serve_connection(connection_, server_.front_, server_.limits_, *guest_);
    case Reception::turn_away:
      return turn_away(connection_, server_.front_);
    case Reception::turn_away_at_once:
      return turn_away_at_once();
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
