#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

/// How a server is spoken to. A dialect knows three things: how to ask, how the answer ends, and how a
/// refusal looks. It never touches a socket or a clock; the transfer does. Adding one is one file in
/// dialects/ that registers itself.
namespace bftp::client::worker {

class Exchange;
class Link;
struct TransferTerms;

/// What the bytes of an answer mean so far.
struct Answer {
  enum class Kind : std::uint8_t {
    incomplete,  ///< more bytes are needed
    ok,
    refused,    ///< the server said no, in order
    malformed,  ///< no answer of this dialect begins like that
  };
  Kind kind = Kind::incomplete;
  std::size_t bytes = 0;  ///< ok: of the answer itself; a content begins behind it
  std::optional<std::uint64_t>
      size;                ///< ok: of the content; none: it ends with the connection, or was not told
  bool stays_open = true;  ///< ok: the connection serves the next request
  bool chunked = false;    ///< ok: the content comes in chunks (RFC 9112, 7.1), whose last one ends it
  std::string text;        ///< refused, malformed: a sentence without full stop; server's words escaped

  /// Nothing but the connection's end marks the content's.
  bool ends_with_connection() const { return !size && !chunked; }

  static Answer refuse(std::string text) { return failed(Kind::refused, std::move(text)); }
  static Answer malform(std::string text) { return failed(Kind::malformed, std::move(text)); }
  /// Of an answer in front of a content. `size`: none if it is not told.
  static Answer accept(std::size_t bytes, std::optional<std::uint64_t> size, bool stays_open) {
    return {Kind::ok, bytes, size, stays_open, false, {}};
  }

 private:
  static Answer failed(Kind kind, std::string text) { return {kind, 0, {}, false, false, std::move(text)}; }
};

/// Where a request goes.
struct Asking {
  std::string_view name;  ///< of the file
  std::string_view host;  ///< and port, as in "127.0.0.1:80" or "[::1]:80"
  bool lasting = false;   ///< further requests will follow on this connection
};

/// A request that moves no whole file.
struct OtherVerb {
  std::string request;
  bool has_content = true;  ///< an OK is followed by bytes, as many as it says
};

class Dialect {
 public:
  virtual ~Dialect() = default;
  virtual std::string_view name() const = 0;

  /// The bytes that ask for a file.
  virtual std::string ask_get(const Asking& asking) const = 0;
  /// Judges all bytes received so far; `ended` when no more will come. Called again with more until not
  /// `incomplete`. The longest answer that it ever waits for has less than answer_max_bytes.
  virtual Answer answer_to_get(std::string_view received, bool ended) const = 0;

  /// Requests in good order that every server of this dialect refuses, other than for a missing file, each by
  /// another way out; at most three. None: the dialect has none. The answer is judged by answer_to_get().
  virtual std::vector<std::string> ask_refused() const { return {}; }

  /// What servers answer beside requests for whole files, each by another way through the program. None: the
  /// dialect has nothing else. A server need not have all of them: a refusal is an answer too.
  virtual std::vector<OtherVerb> ask_others(const Asking&) const { return {}; }
  /// As answer_to_get(), of one of these.
  virtual Answer answer_to_other(const OtherVerb&, std::string_view received, bool ended) const {
    return answer_to_get(received, ended);
  }

  /// Why the dialect has no way to ask for `name` (too long, say); empty if it has.
  virtual std::string cannot_ask(std::string_view) const { return {}; }
  /// For dialects without an answer in front of the content: that a server which closes without a byte has
  /// refused, with the clause. A fixture that is empty is served just so. Empty: silence refuses nothing.
  virtual std::string_view silent_refusal() const { return {}; }

  /// The dialect to speak on connections that serve many files: HTTP has a version for them.
  virtual const Dialect& when_lasting() const { return *this; }

  /// Of a dialect that needs more than one question and one answer on one connection: how it moves files.
  /// Then nothing below and neither ask_get() nor answer_to_get() is called. Null: the exchange that others
  /// share.
  virtual std::unique_ptr<Exchange> own_exchange(const TransferTerms& terms, Link& link) const;

  /// What the dialect has beside GET. The functions below are only called when this is true.
  virtual bool can_store() const { return false; }
  /// Announces `size` bytes; the content follows after answer_to_put() said ok, and then comes
  /// answer_to_content().
  virtual std::string ask_put(const Asking& asking, std::uint64_t size) const;
  virtual Answer answer_to_put(std::string_view received) const;
  virtual Answer answer_to_content(std::string_view received) const;
  virtual std::string ask_delete(const Asking& asking) const;
  virtual Answer answer_to_delete(std::string_view received) const;

  static constexpr std::size_t answer_max_bytes = 128u << 10;
};

/// The dialect called `name`; null if there is none.
const Dialect* find_dialect(std::string_view name);
/// Every name, in ascending order.
std::vector<std::string> dialect_names();

/// A file in dialects/ holds one of these to add its dialect to the list.
class RegisterDialect {
 public:
  explicit RegisterDialect(std::unique_ptr<const Dialect> dialect);
};

}  // namespace bftp::client::worker
