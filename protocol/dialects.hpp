#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

/// What the harness, its workers and the reference server have to agree on about each dialect, so that a plan
/// is checked before anything runs. How a dialect is spoken is each program's own business.
namespace bftp::protocol {

/// How a client knows that it has a whole file.
enum class EndOfFile : std::uint8_t {
  length,           ///< announced before the content
  close,            ///< the connection that carried the content is closed
  length_or_close,  ///< HTTP: whichever the server chooses
};

struct DialectFacts {
  std::string_view name;    ///< for --dialect
  std::string_view clause;  ///< of the protocol that it is written down in
  bool has_put = false;     ///< files can be stored, and removed again
  EndOfFile end = EndOfFile::length;
  bool can_last = false;   ///< one connection may serve any number of files
  bool reference = false;  ///< the reference server speaks it
  /// A file passes on one connection by one question and one answer, so that a client can break off or fall
  /// silent in the middle of it.
  bool single_connection = true;
  std::string_view end_marked;  ///< a few words for a person: how the file's end is marked
  bool encrypted = false;       ///< by TLS, with a certificate that the client verifies
  bool put_replaces = false;    ///< a PUT onto a file that is there replaces it as a whole (clause 4.8)
  bool other_verbs = false;  ///< servers answer more than requests for whole files: listings, sizes, ranges
};

/// Every dialect, in the order of the clauses.
std::span<const DialectFacts> dialects();

/// Null if there is none of this name.
const DialectFacts* find_dialect_facts(std::string_view name);

/// In the order of dialects().
std::vector<std::string> known_dialect_names();

}  // namespace bftp::protocol
