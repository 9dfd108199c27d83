#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "protocol/request.hpp"

/// How the server is spoken to. A dialect knows how a request is recognised in the bytes so far, how a reply
/// and the size of what follows it are framed, and whether the connection goes on. It touches neither socket
/// nor file and keeps no state: what it has to remember of a request travels in Manner. Called once for each
/// piece of input and once for each reply, never for the bytes of a file. Any thread.
namespace bftp::server {

/// What is known about the bytes that will follow those that a dialect is shown.
enum class Input : std::uint8_t {
  goes_on,  ///< more may come at any moment
  pauses,   ///< nothing came for Dialect::pause()
  ended,    ///< nothing will come: the client has closed its side
};

/// What framing the answer needs to know of the request.
struct Manner {
  bool last = false;          ///< the connection ends with this answer, in order (FIN)
  bool without_body = false;  ///< the reply is framed as if the file followed, and it does not (HTTP's HEAD)
  std::uint32_t note = 0;     ///< the dialect's own
  friend bool operator==(const Manner&, const Manner&) = default;
};

/// A request, as far as it can be told.
struct Asked {
  enum class Kind : std::uint8_t {
    incomplete,  ///< nothing yet
    tentative,   ///< a request if it can be served; else more of it may be on its way
    complete,
  };
  Kind kind = Kind::incomplete;
  std::size_t bytes = 0;  ///< how many of the input it took
  std::variant<protocol::Request, protocol::Refusal> request;
  Manner manner;
};

class Dialect {
 public:
  virtual ~Dialect() = default;

  virtual std::string_view name() const = 0;
  virtual std::string_view clause() const = 0;  ///< of BFTP/1, "7.1"
  virtual std::string_view about() const = 0;   ///< for --help: what the client sends and how the file ends

  /// Looks for a request at the front of `input`, which is not empty and holds everything that has come since
  /// the request before. Called again with more until it is no longer incomplete; with Input::ended an
  /// incomplete one is dropped. Never incomplete beyond request_bytes_max.
  virtual Asked recognise(std::string_view input, Input after) const = 0;

  /// Appends to `wire` what goes out before the body: all of a reply that has none, and nothing where the
  /// dialect has no words. The detail of an OK to GET is the body's size in decimal.
  virtual void frame(const protocol::Reply& reply, const Manner& manner, std::string& wire) const = 0;

  /// The largest file that the dialect can announce; a larger one is refused.
  virtual std::uint64_t body_bytes_max() const;
  /// The silence after which a tentative request that could not be served is taken as complete. Zero: the
  /// dialect has no tentative ones.
  virtual std::chrono::milliseconds pause() const { return {}; }

  static constexpr std::size_t request_bytes_max = 65'536 + 8;
};

/// The dialect called `name`; null if there is none.
const Dialect* find_dialect(std::string_view name);
/// BFTP first, then by clause. Sorted once, at the first call.
const std::vector<const Dialect*>& all_dialects();
std::vector<std::string> dialect_names();

inline constexpr std::string_view default_dialect = "bftp";

/// A file-scope constant of this type adds a dialect; a file touches nothing but itself.
class RegisteredDialect {
 public:
  explicit RegisteredDialect(std::unique_ptr<const Dialect> dialect);
};

}  // namespace bftp::server
