#include "harness/torture/logged_wire.hpp"

#include <fmt/format.h>

namespace bftp::torture {

using protocol::Result;
using std::chrono::milliseconds;

Result<void> LoggedWire::send(std::string_view bytes, milliseconds patience) {
  return send_secret(bytes, bytes, patience);
}

Result<void> LoggedWire::send_secret(std::string_view bytes, std::string_view shown, milliseconds patience) {
  auto sent = wire_->send(bytes, patience);
  visit_.log.sent(visit_.network.now(), shown);
  if (!sent) note_end(sent.error(), patience);
  return sent;
}

Result<std::string> LoggedWire::receive(milliseconds patience) {
  auto got = wire_->receive(patience);
  const auto now = visit_.network.now();
  if (!got) {
    note_end(got.error(), patience);
  } else if (got->empty()) {
    visit_.log.said(now, "the server closed (FIN)");
  } else {
    visit_.log.received(now, *got);
  }
  return got;
}

void LoggedWire::end_sending() {
  wire_->end_sending();
  visit_.log.said(visit_.network.now(), "sent FIN");
}

void LoggedWire::note_end(const protocol::Error& error, milliseconds patience) {
  const bool silent = error.kind == protocol::ErrorKind::deadline;
  if (silent && wire_->is_too_old()) {
    visit_.log.ran_out_of_time();
    return visit_.log.said(visit_.network.now(), "the time that a connection of a case has is over");
  }
  visit_.log.said(visit_.network.now(), silent
                                            ? fmt::format("the server is silent for {} ms", patience.count())
                                            : "the connection was reset (RST)");
}

}  // namespace bftp::torture
