#pragma once

#include <sys/types.h>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <variant>

#include "protocol/request.hpp"
#include "server_under_test/dialects/dialect.hpp"

/// The seam of the server: what a request means stands on one side (Service), how bytes get on and off the
/// wire stands on the other (the concurrency models, and the dialects for what the bytes say). A specimen
/// with a fault wraps the Service, a Source or an Upload, and no model knows of it. README.md beside this
/// file shows how.
namespace bftp::server {

/// What the server remembers of one connection. Used by one thread at a time.
struct Session {
  std::string folder = "/";  ///< clause 2.5, as PWD shows it
  int socket = -1;           ///< owned by the model; for hooks that look at the peer
  std::string peer;          ///< "127.0.0.1:50112"; filled in only when somebody logs
  std::int64_t asked_at_ns =
      0;  ///< when the request now being served came, CLOCK_MONOTONIC; only when somebody logs
};

/// A stream that goes out after a reply (clause 1.5). Owned by the Answer.
class Source {
 public:
  virtual ~Source() = default;

  /// Bytes that the stream will have, and that the model sends unless read() ends it early.
  virtual std::uint64_t size() const = 0;

  /// Next bytes, at least one. 0 means that the stream cannot go on; the model then closes (clause 4.12).
  virtual std::size_t read(std::span<std::byte> into) = 0;

  struct Region {
    int file = -1;
    std::uint64_t offset = 0;
  };
  /// A stream that is a piece of a file names it, and the model sends it by sendfile(2) without a copy.
  /// A Source that does not say so (the default) is sent by read() and send.
  virtual std::optional<Region> region() const { return std::nullopt; }
};

struct Answer;

/// A stream that comes in after the first OK of a PUT (clause 4.2). Destroyed before finish(), it leaves the
/// folder as it was (clause 4.8).
class Upload {
 public:
  virtual ~Upload() = default;

  /// Bytes that the client has announced, and that the model reads.
  virtual std::uint64_t size() const = 0;

  /// Takes the next bytes. Does not fail: an upload that cannot go on remembers why and drops what follows,
  /// because the stream has to be read to its end (clause 4.12).
  virtual void write(std::span<const std::byte> bytes) = 0;

  /// An upload that stores bytes as they come names the file, whose position is where the next one belongs,
  /// and the model may move bytes there by splice(2) in place of write(). An Upload that does not say so (the
  /// default) gets all bytes by write().
  virtual std::optional<int> file() const { return std::nullopt; }

  /// Every byte is here: puts the file in place. The answer is the second OK, or the ERR in its stead. If it
  /// is Work, the model keeps this object until that is done.
  virtual Answer finish() = 0;
};

/// An answer that takes long to find (the hash of a large file, a folder of a million names, a flush to
/// disk). It advances by steps of about a millisecond. A blocking model takes one step after the other; the
/// epoll model takes the first on the spot and the others on helper threads, so that nobody else waits for
/// them.
class Work {
 public:
  virtual ~Work() = default;
  /// The answer once it is known; nothing if another step is needed.
  virtual std::optional<Answer> step() = 0;
};

enum class Ending {
  keep,   ///< the connection stays open for the next request
  close,  ///< in order: the reply is sent, then FIN
  reset,  ///< by RST. The reference server never does this; specimens do
};

/// What the model does about a request: send `reply`, then the `body`; or send `reply`, then take the
/// `upload` and answer again with what its finish() says; or first do the `work`, which gives another Answer.
struct Answer {
  protocol::Reply reply;
  std::unique_ptr<Source> body;
  std::unique_ptr<Upload> upload;
  std::unique_ptr<Work> work;
  Ending ending = Ending::keep;
};

/// "OK" or "OK detail".
Answer ok(std::string detail = {});
/// "ERR code text".
Answer refusal(protocol::ReplyCode code, std::string text);
inline Answer refusal(protocol::Refusal why) {
  return refusal(why.code, std::move(why.text));
}

/// One request and how it went, for logs and for hooks at the end of a transfer.
struct Exchange {
  std::variant<protocol::Request, protocol::Refusal> request;
  std::uint16_t code = 0;   ///< of the last reply; 0 is OK
  std::uint64_t bytes = 0;  ///< of the stream, as passed
  bool complete = true;     ///< false if the stream broke off
};

/// How a reply is to be framed: by whom, and after what kind of request.
struct Framing {
  const Dialect& dialect;
  Manner manner;
};

/// What requests mean. One object serves all connections, from several threads at once.
class Service {
 public:
  virtual ~Service() = default;

  virtual Answer answer(const protocol::Request& request, Session& session) = 0;
  /// For what is no request, and for what has put the connection out of step (the model then closes).
  virtual Answer refuse(const protocol::Refusal& why, Session& session);
  /// Appends the reply to `wire` as it goes out: in BFTP header and payload.
  virtual void frame(const protocol::Reply& reply, const Framing& framing, std::string& wire);

  /// A connection is there, and it is gone. The socket is still open in both.
  virtual void opened(Session& session);
  virtual void closed(Session& session);
  /// A request was served, or its stream broke off.
  virtual void finished(const Exchange& exchange, Session& session);

  /// Of the fork model, in the process that children are forked from: this child is gone, in whatever way.
  /// What it had not given back of what all share, nobody else will.
  virtual void process_ended(pid_t child);
  /// Removes from the disk what children that were killed have left. May take long: the fork model calls it
  /// in a child of its own.
  virtual void tidy_up();
};

/// Passes everything on. Derive from it and override what has to differ.
class ServiceDecorator : public Service {
 public:
  explicit ServiceDecorator(std::unique_ptr<Service> inner) : inner_(std::move(inner)) {}

  Answer answer(const protocol::Request& request, Session& session) override;
  Answer refuse(const protocol::Refusal& why, Session& session) override;
  void frame(const protocol::Reply& reply, const Framing& framing, std::string& wire) override;
  void opened(Session& session) override;
  void closed(Session& session) override;
  void finished(const Exchange& exchange, Session& session) override;
  void process_ended(pid_t child) override;
  void tidy_up() override;

 protected:
  Service& inner() { return *inner_; }

 private:
  std::unique_ptr<Service> inner_;
};

}  // namespace bftp::server
