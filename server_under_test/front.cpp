#include "server_under_test/front.hpp"

namespace bftp::server {

void fit(Answer& answer, const Manner& manner, const Dialect& dialect) {
  if (answer.body && answer.body->size() > dialect.body_bytes_max())
    answer = refusal(protocol::ReplyCode::server_failed, "the file is larger than this dialect can announce");
  if (manner.without_body) answer.body.reset();
  if (manner.last && answer.ending == Ending::keep) answer.ending = Ending::close;
}

void frame_too_many_clients(const Front& front, std::string& wire) {
  const auto code = static_cast<std::uint16_t>(protocol::ReplyCode::too_many_clients);
  front.service.frame({.ok = false, .code = code, .detail = "too many clients"},
                      {front.dialect, {.last = true}}, wire);
}

}  // namespace bftp::server
