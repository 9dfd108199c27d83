#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "harness/torture/file_session.hpp"
#include "harness/torture/visit.hpp"

/// How cases speak a dialect. Unlike a client, which wants a file and no trouble, a case wants the exact
/// bytes of a request in its hands, to cut, to join and to spoil them; and it tells orderly answers from
/// others.
namespace bftp::torture {

/// What the bytes that came from the server are so far.
struct Heard {
  enum class Kind : std::uint8_t {
    incomplete,  ///< more is due
    file,        ///< a whole one
    refused,     ///< in the dialect's own words
    closed,      ///< the server closed without a byte
    nonsense,    ///< nothing that the dialect knows
  };
  Kind kind = Kind::incomplete;
  std::size_t bytes = 0;      ///< file, refused: where the next answer begins
  std::string_view content;   ///< file: in the bytes that were given, unless `decoded` holds it
  std::string decoded;        ///< file whose content came in pieces (HTTP's chunks)
  std::string text;           ///< refused, nonsense: what was said, or why it is none; as it came
  bool is_not_found = false;  ///< refused: with the code for a missing file; true where there are no codes
  bool is_busy = false;       ///< refused: for now, since there are too many clients
  bool goes_on = false;       ///< file, refused: the connection serves another request

  std::string_view file() const { return decoded.empty() ? content : std::string_view(decoded); }
};

class Speech {
 public:
  virtual ~Speech() = default;
  virtual std::string_view dialect() const = 0;
  virtual std::string_view clause() const = 0;

  /// A connection on which ask() is understood; it writes the log. Nothing is said on it before the case says
  /// something. Errors: as Network::connect().
  virtual protocol::Result<std::unique_ptr<Wire>> open(const Visit& visit) const;

  /// The bytes that ask for `name`, which goes in as it is: it may hold what no name does.
  virtual std::string ask(std::string_view name) const = 0;
  /// The same, when further requests follow on the connection, or none (`last`).
  virtual std::string ask_further(std::string_view name, bool last) const;
  /// Asks for `name` spelt in another way that the dialect knows: `escaped` of its characters as %XX. Empty:
  /// it knows none.
  virtual std::string ask_escaped(std::string_view name, std::string_view escaped) const;
  /// The smallest thing that is sent like a request and names nothing. Empty: the client says nothing and
  /// closes its side.
  virtual std::string ask_nothing() const = 0;

  /// Judges everything that came after the answers before. `ended`: the server has closed.
  virtual Heard hear(std::string_view received, bool ended) const = 0;

  /// The dialect has PUT and DELETE beside GET, and file_session() speaks them.
  virtual bool stores_files() const { return false; }
  /// Null where stores_files() is false. Nothing has been said on it.
  virtual std::unique_ptr<FileSession> file_session(const Visit& visit) const;

  /// A close without a byte is how this dialect refuses.
  virtual bool refuses_by_close() const { return false; }
  /// A connection may carry several requests.
  virtual bool takes_several() const { return false; }
  /// Bytes of the longest name that the dialect can ask for.
  virtual std::size_t name_bytes_max() const { return 255; }
};

/// Null if there is none.
const Speech* find_speech(std::string_view dialect);
/// In the order of the clauses.
const std::vector<const Speech*>& all_speeches();

class RegisteredSpeech {
 public:
  explicit RegisteredSpeech(std::unique_ptr<const Speech> speech);
};

}  // namespace bftp::torture
