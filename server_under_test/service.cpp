#include "server_under_test/service.hpp"

namespace bftp::server {

Answer ok(std::string detail) {
  Answer answer;
  answer.reply.detail = std::move(detail);
  return answer;
}

Answer refusal(protocol::ReplyCode code, std::string text) {
  Answer answer;
  answer.reply = {.ok = false, .code = static_cast<std::uint16_t>(code), .detail = std::move(text)};
  return answer;
}

Answer Service::refuse(const protocol::Refusal& why, Session& /*session*/) {
  return refusal(why);
}

void Service::frame(const protocol::Reply& reply, const Framing& framing, std::string& wire) {
  framing.dialect.frame(reply, framing.manner, wire);
}

void Service::opened(Session& /*session*/) {}
void Service::closed(Session& /*session*/) {}
void Service::finished(const Exchange& /*exchange*/, Session& /*session*/) {}
void Service::process_ended(pid_t /*child*/) {}
void Service::tidy_up() {}

Answer ServiceDecorator::answer(const protocol::Request& request, Session& session) {
  return inner_->answer(request, session);
}

Answer ServiceDecorator::refuse(const protocol::Refusal& why, Session& session) {
  return inner_->refuse(why, session);
}

void ServiceDecorator::frame(const protocol::Reply& reply, const Framing& framing, std::string& wire) {
  inner_->frame(reply, framing, wire);
}

void ServiceDecorator::opened(Session& session) {
  inner_->opened(session);
}

void ServiceDecorator::closed(Session& session) {
  inner_->closed(session);
}

void ServiceDecorator::finished(const Exchange& exchange, Session& session) {
  inner_->finished(exchange, session);
}

void ServiceDecorator::process_ended(pid_t child) {
  inner_->process_ended(child);
}

void ServiceDecorator::tidy_up() {
  inner_->tidy_up();
}

}  // namespace bftp::server
