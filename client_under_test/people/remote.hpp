#pragma once

#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "client_under_test/people/outcome.hpp"
#include "protocol/conversation.hpp"
#include "protocol/request.hpp"
#include "protocol/sha256.hpp"

namespace bftp::client::people {

/// How long to wait for a server.
struct Waits {
  protocol::Clock::duration connect = std::chrono::seconds(10);
  protocol::Clock::duration idle =
      std::chrono::seconds(30);  ///< without a byte from it, or without it taking one
};

/// A line of a listing (clause 4.3).
struct RemoteEntry {
  bool is_folder = false;
  std::uint64_t size = 0;
  std::string
      name;  ///< as sent; hostile: show it with visible(), make a local file of it only if is_safe_name()
  friend bool operator==(const RemoteEntry&, const RemoteEntry&) = default;
};

inline constexpr std::uint64_t listing_bytes_max = 64 << 20;
/// An entry takes more memory than its line: this bounds what a listing of the shortest lines costs.
inline constexpr std::size_t listing_entries_max = 1'000'000;

/// At most `listing_entries_max` entries. Failures: connection, because a server whose listing cannot be read
/// is not believed in other things either.
Outcome<std::vector<RemoteEntry>> parse_listing(std::string_view stream);

/// Neither empty, `.`, `..`, nor with a slash or NUL byte: it stays in the folder that it is put into.
bool is_safe_name(std::string_view name);

/// The server, as a person's commands see it. After a failure of the connection it is closed, and every
/// further call fails alike. One thread.
class Remote {
 public:
  /// Its socket is watched for an interrupt from its beginning, see watch_for_interrupt().
  static Outcome<Remote> connect(const protocol::Endpoint& endpoint, const Waits& waits);

  bool is_open() const { return connection_.is_open(); }
  /// Open, and the server has not closed it meanwhile, as it may after a pause between two commands.
  bool is_usable() const;
  void close() { connection_.close(); }
  protocol::Connection& connection() { return connection_; }
  const Waits& waits() const { return waits_; }

  /// Sends a request and returns the detail of its OK. `work` is how much longer than usual the server may be
  /// silent before it. A server that has sent more than was asked for is out of step: what it said last would
  /// be taken for the answer to this request, which is therefore not sent. Failures: refused, connection.
  Outcome<std::string> ask(const protocol::Request& request, protocol::Clock::duration work = {});
  Outcome<std::string> ask(protocol::Verb verb, std::string path = {});
  /// The next reply, for the second OK of a PUT. `work` as above.
  Outcome<std::string> next_reply(protocol::Clock::duration work = {});
  /// For requests whose OK carries a length and is followed by a stream.
  Outcome<std::uint64_t> ask_for_stream(const protocol::Request& request);

  Outcome<std::vector<RemoteEntry>> list(const std::string& path);
  /// Asked once by FEAT; none from a server that does not know FEAT (clause 5.1).
  Outcome<bool> has(protocol::Verb verb);
  /// Nothing if the server has no SIZE.
  Outcome<std::optional<std::uint64_t>> size(const std::string& path);
  /// Nothing if the server has no HASH. `bytes`: the size of the file, which the server has to read first.
  Outcome<std::optional<protocol::Digest>> hash(const std::string& path, std::uint64_t bytes);

  /// The same of a server that may or may not have the verb: it says so itself.
  Outcome<std::uint64_t> ask_size(const std::string& path);
  Outcome<protocol::Digest> ask_hash(const std::string& path, std::uint64_t bytes);

  /// Turns a failed exchange of bytes into a failure, and closes: what follows would be out of step.
  Failure broken(const protocol::Error& error);

 private:
  explicit Remote(protocol::Connection connection, const Waits& waits)
      : connection_(std::move(connection)), waits_(waits) {}
  protocol::Deadline patience() const { return protocol::Deadline::after(waits_.idle); }
  /// The first of the bytes that came and were not asked for; at most 80, none as a rule.
  std::string unread() const;
  /// What is wrong with a connection that has unread bytes before a request. Closes it.
  Failure out_of_step(const std::string& unread);

  protocol::Connection connection_;
  Waits waits_;
  bool has_asked_ = false;
  std::optional<std::set<std::string>> features_;
};

}  // namespace bftp::client::people
