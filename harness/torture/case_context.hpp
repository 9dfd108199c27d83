#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "harness/torture/network.hpp"
#include "harness/torture/speech.hpp"
#include "harness/torture/surroundings.hpp"
#include "harness/torture/visit.hpp"
#include "harness/torture/wire_log.hpp"

namespace bftp::torture {

/// A file that the server has, and what is in it.
struct KnownFile {
  std::string name;
  std::string content;
};

/// A folder in the server's root, with one file in it.
struct KnownFolder {
  std::string name;
  KnownFile file;
};

/// A folder in the server's root with so many empty files, and nothing else.
struct ManyFiles {
  std::string folder;
  std::size_t count = 0;
};

/// A file that lies beside the server's root, and the ways that may lead there. No request may bring it.
struct OutsideFile {
  std::string name;       ///< holds random characters, and so in no listing or page by chance
  std::string content;    ///< random
  std::string root_path;  ///< of the root, absolute; the file is its neighbour
  std::string folder;     ///< of the root, by name
  std::string link;       ///< in the root, by name; a symbolic link to the file. Empty: none could be made
  /// Through a symbolic link in the root to a folder beside it, in which a file of the same content lies:
  /// "link/file". Empty: none could be made.
  std::string through_folder_link{};
  std::string neighbour{};     ///< that folder, by name
  std::string empty_folder{};  ///< another one beside the root, by name. Empty: none could be made
};

/// What cases may ask for. Optional: what is not there where the root is not ours to write to.
struct CaseFiles {
  KnownFile probe;
  std::optional<KnownFile> long_named{};  ///< with a name as long as the dialect can ask for
  std::optional<KnownFolder> folder{};
  std::optional<KnownFolder> named_folder{};  ///< with a name that is not ASCII
  /// With a name so long that paths to it are long, too, by name. Empty: there is none.
  std::string long_folder{};
  std::optional<OutsideFile> outside{};
  /// Begins the names of the files that cases store: nothing on the server begins so. Empty: the run writes
  /// nothing to the server.
  std::string own_prefix{};
  std::string
      large{};  ///< more than the buffers between a server and a client hold, by name. Empty: there is none
  /// Up to so many bytes of it from an offset on; fewer only at its end. Null: nobody knows what is in it.
  std::function<std::string(std::uint64_t offset, std::size_t size)> large_part{};
  /// Others in the root, whose names a listing may get wrong: not ASCII, an upper-case letter.
  std::vector<KnownFile> listed{};
  std::optional<ManyFiles> many{};
  Surroundings* surroundings = nullptr;  ///< of a root that is ours; else null
};

/// How one conversation ended.
struct Talk {
  std::string received;
  Heard last;                ///< of the answer that came last
  std::vector<Heard> heard;  ///< the answers, in order
  bool connected = false;
  bool reset = false;
  bool timed_out = false;
  bool stopped_reading = false;  ///< by us: more came than any answer has
  bool was_enough = false;       ///< Plan::enough was over before all had been asked
};

/// What a case works with: a network, a dialect, files. Keeps the log of the conversation. One thread.
class CaseContext {
 public:
  CaseContext(Network& network, const Speech& speech, const CaseFiles& files, const Login& login,
              std::chrono::milliseconds patience, std::string own_name = {},
              std::string address = any_address)
      : network_(network),
        speech_(speech),
        files_(files),
        login_(login),
        patience_(patience),
        own_name_(std::move(own_name)),
        address_(std::move(address)),
        log_(network.now(), address_) {}

  const Speech& speech() const { return speech_; }
  const CaseFiles& files() const { return files_; }
  /// For a file of the case's own: nothing on the server ever had this name, since what an earlier try left
  /// in a cache would be taken for a fault of this one. Empty: nothing may be stored.
  const std::string& own_name() const { return own_name_; }
  /// How long the server may be silent.
  std::chrono::milliseconds patience() const { return patience_; }
  const WireLog& log() const { return kept_log_ ? *kept_log_ : log_; }
  /// The log forgets what went before.
  void begins_log_anew() { log_ = WireLog(network_.now(), address_); }
  /// The log shows what has been said up to now, and nothing of what follows: of many talks the one that
  /// matters, and not the tidying behind it. The first call counts.
  void keeps_log() {
    if (!kept_log_) kept_log_ = log_;
  }
  /// For cases that say more than talk() does.
  Visit visit() { return {network_, log_, login_, patience_}; }

  /// Connects, sends each of `pieces` with `gap` in between, and listens until `answers` answers have come,
  /// the connection has ended, or the server has been silent for patience(). `ends_sending`: and then sends
  /// FIN. With no answer awaited it closes at once.
  struct Plan {
    std::vector<std::string> pieces;
    std::chrono::milliseconds gap{0};
    std::size_t answers = 1;
    bool ends_sending = false;
    /// Each piece asks, and is sent once the answer to the one before has come; as long as the connection
    /// goes on. `gap` and `answers` mean nothing then.
    bool in_turn = false;
    /// With in_turn: once so much time has gone by, nothing more is asked. 0: all is.
    std::chrono::milliseconds enough{0};
  };
  /// Of several talks the log's command shows the last. While the server answers at once that it has too many
  /// clients, the talk is begun anew as long as patience() lasts: that the client before has gone may not
  /// have been noticed yet.
  Talk talk(const Plan& plan);

  /// Another client: connects, sends `sent`, and neither sends nor reads any more until the wire goes. Null
  /// if the server accepts no connection.
  std::unique_ptr<Wire> hold(std::string_view sent);
  void let_go(std::unique_ptr<Wire> held);
  void pause(std::chrono::milliseconds time) { network_.pause(time); }
  /// As long as what is returned lives, an interrupt does not keep connections from being made and used.
  [[nodiscard]] Tidying tidies_up() { return Tidying(network_); }
  std::chrono::microseconds now() { return network_.now(); }

 private:
  Talk talk_once(const Plan& plan);
  bool send(Wire& wire, const Plan& plan, Talk& talk);
  /// Until `answers` have been heard on the connection; the next one begins `at`.
  void listen(Wire& wire, std::size_t answers, std::size_t& at, Talk& talk);
  void ask_in_turn(Wire& wire, const Plan& plan, Talk& talk);
  /// False: the connection is over.
  bool receive(Wire& wire, Talk& talk);
  static void note_end(const protocol::Error& error, Talk& talk);

  Network& network_;
  const Speech& speech_;
  const CaseFiles& files_;
  const Login& login_;
  std::chrono::milliseconds patience_;
  std::string own_name_;
  std::string address_;  ///< of the server, for commands
  WireLog log_;
  std::optional<WireLog> kept_log_;
};

}  // namespace bftp::torture
