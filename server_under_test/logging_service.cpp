#include "server_under_test/logging_service.hpp"

#include <fcntl.h>
#include <fmt/chrono.h>
#include <fmt/format.h>
#include <sys/socket.h>
#include <unistd.h>

#include <chrono>

#include "protocol/addresses.hpp"

namespace bftp::server {

namespace {

std::int64_t now_ns() {
  return std::chrono::nanoseconds(std::chrono::steady_clock::now().time_since_epoch()).count();
}

std::string time_of_day() {
  const auto now = std::chrono::floor<std::chrono::milliseconds>(std::chrono::system_clock::now());
  const auto second = std::chrono::floor<std::chrono::seconds>(now);
  return fmt::format("{:%FT%T}.{:03}Z", fmt::gmtime(std::chrono::system_clock::to_time_t(second)),
                     (now - second).count());
}

std::string peer_of(int socket) {
  protocol::Address address;
  address.size = sizeof address.bytes;
  if (::getpeername(socket, reinterpret_cast<sockaddr*>(&address.bytes), &address.size) != 0) return "-";
  return protocol::to_endpoint(address).text();
}

std::string describe(const Exchange& exchange) {
  const auto* request = std::get_if<protocol::Request>(&exchange.request);
  if (request == nullptr) return "- \"\"";
  auto text = fmt::format("{} {}", protocol::to_string(request->verb), quote_for_log(request->path));
  if (request->verb == protocol::Verb::move) text += ' ' + quote_for_log(request->path_to);
  return text;
}

}  // namespace

std::string quote_for_log(std::string_view text) {
  std::string quoted = "\"";
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    const bool plain = byte >= 0x20 && byte < 0x7f && c != '"' && c != '\\';
    quoted += plain ? std::string(1, c) : fmt::format("\\x{:02x}", byte);
  }
  return quoted + '"';
}

protocol::Result<LogFile> LogFile::open(const std::string& path) {
  protocol::UniqueFd fd(path.empty() ? ::fcntl(STDERR_FILENO, F_DUPFD_CLOEXEC, 0)
                                     : ::open(path.c_str(), O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0666));
  if (!fd) return protocol::system_error("cannot write the log to \"" + path + "\"");
  return LogFile(std::move(fd));
}

void LogFile::write(const std::string& line) const {
  // A log that cannot be written is no reason to serve nobody.
  [[maybe_unused]] const auto written = ::write(fd_.get(), line.data(), line.size());
}

void LoggingService::opened(Session& session) {
  session.peer = peer_of(session.socket);
  ServiceDecorator::opened(session);
}

Answer LoggingService::answer(const protocol::Request& request, Session& session) {
  session.asked_at_ns = now_ns();
  return ServiceDecorator::answer(request, session);
}

Answer LoggingService::refuse(const protocol::Refusal& why, Session& session) {
  session.asked_at_ns = now_ns();
  return ServiceDecorator::refuse(why, session);
}

void LoggingService::finished(const Exchange& exchange, Session& session) {
  constexpr double ns_in_ms = 1e6;
  const auto result = exchange.code == 0 ? "OK" : fmt::format("ERR {}", exchange.code);
  log_.write(fmt::format("{} {} {} {} {} bytes {:.3f} ms{}\n", time_of_day(), session.peer,
                         describe(exchange), result, exchange.bytes,
                         static_cast<double>(now_ns() - session.asked_at_ns) / ns_in_ms,
                         exchange.complete ? "" : " broken off"));
  ServiceDecorator::finished(exchange, session);
}

}  // namespace bftp::server
