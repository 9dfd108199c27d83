#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>

#include "server_under_test/service.hpp"
#include "server_under_test/specimens/dice.hpp"
#include "server_under_test/specimens/specimen.hpp"

/// What most specimens are built from.
namespace bftp::server::specimens {

/// A transfer is a GET or a PUT that the reference service would carry out.
class Fault : public ServiceDecorator {
 public:
  Fault(std::unique_ptr<Service> inner, const Setup& setup)
      : ServiceDecorator(std::move(inner)),
        settings(setup.settings),
        options(setup.options),
        dice(setup.settings.seed()) {}

  Answer answer(const protocol::Request& request, Session& session) override;
  void finished(const Exchange& exchange, Session& session) override;

 protected:
  /// Before the stream of a transfer; `answer` has a body (GET) or an upload (PUT).
  virtual void before(Answer& /*answer*/, const protocol::Request& /*request*/, Session& /*session*/) {}
  /// After a transfer's stream, whole or broken off.
  virtual void after(const Exchange& /*exchange*/, Session& /*session*/) {}
  /// What the request names, from the root: "/books/a.txt". None for a path that leads nowhere.
  static std::optional<std::string> path_of(const protocol::Request& request, const Session& session);

  // A specimen's own settings, constant, which every part of it reads.
  const Settings& settings;
  const Options& options;
  Dice dice;
};

/// Passes a stream on by copy. Override read(); a piece may be cut, changed or delayed.
class SourceDecorator : public Source {
 public:
  explicit SourceDecorator(std::unique_ptr<Source> inner) : inner_(std::move(inner)) {}
  std::uint64_t size() const override { return inner_->size(); }
  std::size_t read(std::span<std::byte> into) override;

 protected:
  /// Bytes passed before the read that is under way.
  std::uint64_t at() const { return at_; }

 private:
  std::unique_ptr<Source> inner_;
  std::uint64_t at_ = 0;
  std::uint64_t next_ = 0;
};

class UploadDecorator : public Upload {
 public:
  explicit UploadDecorator(std::unique_ptr<Upload> inner) : inner_(std::move(inner)) {}
  std::uint64_t size() const override { return inner_->size(); }
  void write(std::span<const std::byte> bytes) override { inner_->write(bytes); }
  Answer finish() override { return inner_->finish(); }

 protected:
  Upload& inner() { return *inner_; }

 private:
  std::unique_ptr<Upload> inner_;
};

/// Everything that a Source has, in memory.
std::string read_whole(Source& source);

/// Uses up CPU time of the calling thread.
void burn(std::chrono::nanoseconds cpu);
void pause(std::chrono::duration<double, std::milli> time);

/// Memory that is really used: each page of it is written, and the compiler cannot take it away.
std::unique_ptr<char[]> touched(std::size_t bytes);

}  // namespace bftp::server::specimens
