#pragma once

#include <memory>
#include <string>

#include "protocol/result.hpp"
#include "protocol/unique_fd.hpp"
#include "server_under_test/service.hpp"

namespace bftp::server {

/// Where log lines go. Each is one write(2) to a file opened for appending, so that lines of several threads
/// and processes do not mix.
class LogFile {
 public:
  /// Empty: standard error. Errors: no_permission, system.
  static protocol::Result<LogFile> open(const std::string& path);
  void write(const std::string& line) const;

 private:
  explicit LogFile(protocol::UniqueFd fd) : fd_(std::move(fd)) {}
  protocol::UniqueFd fd_;
};

/// `--log`: a line for each request, when it is over. A decorator like any other: a server without it pays
/// nothing.
///
///     2026-01-31T12:00:00.123Z 127.0.0.1:50112 GET "/a b.txt" OK 936281 bytes 0.412 ms
class LoggingService final : public ServiceDecorator {
 public:
  LoggingService(std::unique_ptr<Service> inner, LogFile log)
      : ServiceDecorator(std::move(inner)), log_(std::move(log)) {}

  Answer answer(const protocol::Request& request, Session& session) override;
  Answer refuse(const protocol::Refusal& why, Session& session) override;
  void opened(Session& session) override;
  void finished(const Exchange& exchange, Session& session) override;

 private:
  LogFile log_;
};

/// `text` in double quotes, with every byte that a terminal or a parser could trip over as \xNN.
std::string quote_for_log(std::string_view text);

}  // namespace bftp::server
