#pragma once

#include <sys/socket.h>

#include <algorithm>
#include <atomic>
#include <map>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include "protocol/conversation.hpp"
#include "protocol/path.hpp"
#include "protocol/request.hpp"
#include "protocol/sha256.hpp"

namespace bftp::client::people::testing {

/// A server of files in memory, on a thread of its own, one client at a time. It serves well unless a test
/// asks it to misbehave.
class FakeServer {
 public:
  FakeServer() : listener_(protocol::listen_on({"127.0.0.1", 0}).value()), thread_([this] { serve(); }) {}
  ~FakeServer() {
    ending_ = true;
    ::shutdown(listener_.fd.get(), SHUT_RDWR);
    {
      const std::lock_guard lock(mutex_);
      if (client_ >= 0) ::shutdown(client_, SHUT_RDWR);
    }
    thread_.join();
  }
  FakeServer(const FakeServer&) = delete;
  FakeServer& operator=(const FakeServer&) = delete;

  const protocol::Endpoint& endpoint() const { return listener_.endpoint; }

  // What a test changes and looks at, under the lock.
  void put_file(const std::string& path, std::string content) {
    with_lock([&] { files_[path] = std::move(content); });
  }
  void put_folder(const std::string& path) {
    with_lock([&] { folders_.insert(path); });
  }
  void drop_verb(protocol::Verb verb) {
    with_lock([&] { extended_.erase(verb); });
  }
  /// Answers the request whose payload is `payload` with these bytes, framed already; then closes if `close`.
  void answer(const std::string& payload, std::string bytes, bool close = false) {
    with_lock([&] { canned_[payload] = {std::move(bytes), close}; });
  }
  /// Sends these bytes, framed already, to each client before it has asked for anything.
  void greet(std::string bytes) {
    with_lock([&] { greeting_ = std::move(bytes); });
  }
  /// Closes within the next stream that it sends, after so many bytes.
  void cut_next_stream(std::size_t after) {
    with_lock([&] { cut_after_ = after; });
  }
  /// Sends streams in pieces of so many bytes, each of them after a pause.
  void send_streams_in_pieces(std::size_t bytes, protocol::Clock::duration pause) {
    with_lock([&] { sent_pieces_ = {bytes, pause}; });
  }
  /// Takes streams in pieces of so many bytes, each of them after a pause, with room for one in its kernel.
  void take_streams_in_pieces(std::size_t bytes, protocol::Clock::duration pause) {
    const int room = static_cast<int>(bytes);
    ::setsockopt(listener_.fd.get(), SOL_SOCKET, SO_RCVBUF, &room, sizeof room);
    with_lock([&] { taken_pieces_ = {bytes, pause}; });
  }
  /// Is silent for so long before its last reply to the request whose payload is `payload`.
  void delay(const std::string& payload, protocol::Clock::duration pause) {
    with_lock([&] { pauses_[payload] = pause; });
  }
  std::optional<std::string> file(const std::string& path) {
    const std::lock_guard lock(mutex_);
    const auto found = files_.find(path);
    return found == files_.end() ? std::nullopt : std::optional(found->second);
  }
  bool has_folder(const std::string& path) {
    const std::lock_guard lock(mutex_);
    return folders_.contains(path);
  }
  std::vector<std::string> requests() {
    const std::lock_guard lock(mutex_);
    return requests_;
  }
  void drop_client() {
    const std::lock_guard lock(mutex_);
    if (client_ >= 0) ::shutdown(client_, SHUT_RDWR);
  }

 private:
  struct Canned {
    std::string bytes;
    bool close = false;
  };
  struct Pieces {
    std::size_t bytes = std::string::npos;
    protocol::Clock::duration pause{};
  };
  struct Answer {
    protocol::Reply reply;
    std::optional<std::string> stream;
  };

  static protocol::Deadline soon() { return protocol::Deadline::after(std::chrono::seconds(30)); }
  template <class Work>
  void with_lock(Work work) {
    const std::lock_guard lock(mutex_);
    work();
  }

  void serve() {
    while (!ending_) {
      protocol::UniqueFd fd(::accept4(listener_.fd.get(), nullptr, nullptr, SOCK_CLOEXEC));
      if (!fd) return;
      std::string greeting;
      with_lock([&] {
        client_ = fd.get();
        greeting = greeting_;
      });
      protocol::Connection client(std::move(fd));
      (void)protocol::send_all(client, greeting, soon());
      current_ = "/";
      while (!ending_ && serve_one(client)) {
      }
      with_lock([&] { client_ = -1; });
    }
  }

  bool serve_one(protocol::Connection& client) {
    const auto payload = protocol::receive_message(client, soon());
    if (!payload) return false;
    std::unique_lock lock(mutex_);
    requests_.push_back(*payload);
    if (const auto canned = canned_.find(*payload); canned != canned_.end()) {
      const auto [bytes, close] = canned->second;
      lock.unlock();
      return protocol::send_all(client, bytes, soon()).has_value() && !close;
    }
    const auto pause = pauses_[*payload];
    const auto parsed = protocol::parse_request(*payload);
    if (const auto* refusal = std::get_if<protocol::Refusal>(&parsed)) {
      return send(client, {error(refusal->code, refusal->text), {}}, std::nullopt);
    }
    const auto& request = std::get<protocol::Request>(parsed);
    if (request.verb == protocol::Verb::put) {
      lock.unlock();
      return serve_put(client, request, pause);
    }
    const auto answer = answer_to(request);
    const auto cut = answer.stream ? std::exchange(cut_after_, std::nullopt) : std::nullopt;
    lock.unlock();
    std::this_thread::sleep_for(pause);
    return send(client, answer, cut) && request.verb != protocol::Verb::quit;
  }

  bool send(protocol::Connection& client, const Answer& answer, std::optional<std::size_t> cut) {
    if (!protocol::send_message(client, protocol::encode_reply(answer.reply), soon())) return false;
    if (!answer.stream) return true;
    const bool sent =
        send_in_pieces(client, std::string_view(*answer.stream).substr(0, cut.value_or(answer.stream->npos)));
    return sent && !cut;
  }

  bool send_in_pieces(protocol::Connection& client, std::string_view bytes) {
    Pieces pieces;
    with_lock([&] { pieces = sent_pieces_; });
    while (!bytes.empty()) {
      std::this_thread::sleep_for(pieces.pause);
      const auto piece = bytes.substr(0, pieces.bytes);
      if (!protocol::send_all(client, piece, soon())) return false;
      bytes.remove_prefix(piece.size());
    }
    return true;
  }

  std::optional<std::string> receive_in_pieces(protocol::Connection& client, std::size_t size) {
    Pieces pieces;
    with_lock([&] { pieces = taken_pieces_; });
    std::string bytes;
    while (bytes.size() < size) {
      std::this_thread::sleep_for(pieces.pause);
      const auto piece =
          protocol::receive_exactly(client, std::min(pieces.bytes, size - bytes.size()), soon());
      if (!piece) return std::nullopt;
      bytes += *piece;
    }
    return bytes;
  }

  bool serve_put(protocol::Connection& client, const protocol::Request& request,
                 protocol::Clock::duration pause) {
    if (!protocol::send_message(client, "OK", soon())) return false;
    const auto content = receive_in_pieces(client, request.size);
    if (!content) return false;
    put_file(absolute(request.path), *content);
    std::this_thread::sleep_for(pause);
    return protocol::send_message(client, "OK " + std::to_string(request.size), soon()).has_value();
  }

  static protocol::Reply error(protocol::ReplyCode code, std::string text) {
    return {false, static_cast<std::uint16_t>(code), std::move(text)};
  }
  static protocol::Reply not_found() { return error(protocol::ReplyCode::not_found, "not here"); }

  std::string absolute(const std::string& path) const {
    if (path.empty()) return current_;
    auto resolved = protocol::resolve(current_, path);
    const auto* found = std::get_if<protocol::VirtualPath>(&resolved);
    return found == nullptr ? "/outside" : found->text;
  }

  Answer answer_to(const protocol::Request& request) {
    using protocol::Verb;
    if (request.verb >= Verb::feat && !extended_.contains(request.verb)) {
      return {error(protocol::ReplyCode::unknown_verb, "unknown verb"), {}};
    }
    const auto path = absolute(request.path);
    switch (request.verb) {
      case Verb::pwd:
        return {{true, 0, current_}, {}};
      case Verb::feat:
        return {{true, 0, features()}, {}};
      case Verb::cd:
        if (!folders_.contains(path)) return {not_found(), {}};
        current_ = path;
        return {{true, 0, path}, {}};
      case Verb::list: {
        if (!folders_.contains(path)) return {not_found(), {}};
        auto listing = list(path);
        return {{true, 0, std::to_string(listing.size())}, std::move(listing)};
      }
      case Verb::mkdir:
        if (!folders_.insert(path).second) return {error(protocol::ReplyCode::wrong_kind, "it is there"), {}};
        return {};
      case Verb::rmdir:
        return folders_.erase(path) == 1 ? Answer{} : Answer{not_found(), {}};
      case Verb::quit:
      case Verb::noop:
        return {};
      default:
        return answer_about_file(request, path);
    }
  }

  Answer answer_about_file(const protocol::Request& request, const std::string& path) {
    using protocol::Verb;
    const auto found = files_.find(path);
    if (found == files_.end()) return {not_found(), {}};
    const auto& content = found->second;
    const auto size = std::to_string(content.size());
    switch (request.verb) {
      case Verb::get:
        return {{true, 0, size}, content};
      case Verb::size:
        return {{true, 0, size}, {}};
      case Verb::hash:
        return {{true, 0, protocol::to_hex(protocol::sha256(content))}, {}};
      case Verb::range: {
        auto part = content.substr(std::min<std::uint64_t>(request.offset, content.size()), request.length);
        return {{true, 0, std::to_string(part.size())}, std::move(part)};
      }
      case Verb::move:
        files_[absolute(request.path_to)] = content;
        [[fallthrough]];
      default:
        files_.erase(path);
        return {};
    }
  }

  std::string features() const {
    std::string words;
    for (const auto verb : extended_) words += (words.empty() ? "" : " ") + std::string(to_string(verb));
    return words;
  }

  std::string list(const std::string& folder) const {
    std::map<std::string, std::string> lines;
    const protocol::VirtualPath here{folder, true};
    for (const auto& [path, content] : files_) {
      const protocol::VirtualPath one{path, false};
      if (one.parent() == here.text)
        lines[one.name()] = "F " + std::to_string(content.size()) + " " + one.name() + "\n";
    }
    for (const auto& path : folders_) {
      const protocol::VirtualPath one{path, true};
      if (!one.is_root() && one.parent() == here.text) lines[one.name()] = "D 0 " + one.name() + "\n";
    }
    std::string all;
    for (const auto& [name, line] : lines) all += line;
    return all;
  }

  std::mutex mutex_;
  std::map<std::string, std::string> files_;
  std::set<std::string> folders_{"/"};
  std::set<protocol::Verb> extended_{protocol::Verb::feat,  protocol::Verb::size,  protocol::Verb::hash,
                                     protocol::Verb::mkdir, protocol::Verb::rmdir, protocol::Verb::move,
                                     protocol::Verb::range, protocol::Verb::noop};
  std::string greeting_;
  std::map<std::string, Canned> canned_;
  std::map<std::string, protocol::Clock::duration> pauses_;
  std::optional<std::size_t> cut_after_;
  Pieces sent_pieces_, taken_pieces_;
  std::vector<std::string> requests_;
  int client_ = -1;
  std::string current_ = "/";  ///< of the serving thread
  std::atomic<bool> ending_ = false;
  protocol::Listener listener_;
  std::thread thread_;
};

}  // namespace bftp::client::people::testing
