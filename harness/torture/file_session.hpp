#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace bftp::torture {

/// What a server did about one request of a FileSession.
struct FileAnswer {
  enum class Kind : std::uint8_t {
    done,
    missing,      ///< refused, in the words for what does not exist
    not_offered,  ///< refused: the server does not have the operation, or does not let this user do it
    busy,         ///< refused for now: there are too many clients
    no_room,      ///< refused for now: out of space
    refused,      ///< refused otherwise
    closed,       ///< the connection ended before an answer
    lost,         ///< no answer: silence, or what the dialect does not know
  };
  Kind kind = Kind::lost;
  std::string content;   ///< of a fetch that is done
  std::string words;     ///< of anything else, one clause: "it answered \"ERR 404 no such file\""
  std::uint16_t code{};  ///< of a refusal in bftp

  bool done() const { return kind == Kind::done; }
  bool refuses() const {
    return kind == Kind::missing || kind == Kind::not_offered || kind == Kind::refused || lacks_room();
  }
  /// No clause says for how many clients, or how many bytes, there has to be room.
  bool lacks_room() const { return kind == Kind::busy || kind == Kind::no_room; }
};

/// A user who fetches, stores and deletes files on one connection, in a dialect that has all three. No
/// function fails: what went wrong is in the answer. Everything is in the log. One thread.
class FileSession {
 public:
  virtual ~FileSession() = default;
  /// Connects, and logs in where there is a login. First of all, and once.
  virtual FileAnswer enter() = 0;
  virtual FileAnswer fetch(std::string_view name) = 0;
  /// Done: the server has said that the file is in place.
  virtual FileAnswer store(std::string_view name, std::string_view content) = 0;
  virtual FileAnswer remove(std::string_view name) = 0;
};

}  // namespace bftp::torture
