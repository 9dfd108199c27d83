#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "harness/torture/suite_runner.hpp"

/// A server that is a function, and time that passes only when somebody waits.
namespace bftp::torture::fakes {

using std::chrono::milliseconds;

/// What a connection does about what has come. The servers of the tests derive from it.
class FakeConnection {
 public:
  virtual ~FakeConnection() = default;
  /// A segment has come.
  virtual void receive(std::string_view segment) = 0;
  /// Whether what the client sends finds room.
  virtual bool has_room() const { return true; }
  /// The client waits for more than is in `out`.
  virtual void more() {}
  /// The client has closed its side.
  virtual void end() { closed = true; }

  std::string out;      ///< to the client, not yet taken
  bool closed = false;  ///< FIN, after `out`
  bool reset = false;   ///< RST
};

using MakeConnection = std::function<std::unique_ptr<FakeConnection>()>;
/// Of the data connection at a port; null where nobody listens.
using MakeDataConnection = std::function<std::unique_ptr<FakeConnection>(std::uint16_t port)>;

class FakeWire final : public Wire {
 public:
  FakeWire(std::unique_ptr<FakeConnection> connection, milliseconds& now, milliseconds life)
      : connection_(std::move(connection)), now_(now), end_(now + life) {}
  ~FakeWire() override { connection_->end(); }

  protocol::Result<void> send(std::string_view bytes, milliseconds patience) override {
    if (connection_->reset) return protocol::Error{protocol::ErrorKind::reset, "reset"};
    if (!connection_->has_room()) {
      now_ += patience;
      return protocol::Error{protocol::ErrorKind::deadline, "no room"};
    }
    if (!connection_->closed) connection_->receive(bytes);
    return {};
  }
  protocol::Result<std::string> receive(milliseconds patience) override {
    if (connection_->reset) return protocol::Error{protocol::ErrorKind::reset, "reset"};
    if (connection_->out.empty()) connection_->more();
    if (!connection_->out.empty()) return std::exchange(connection_->out, {});
    if (connection_->closed) return std::string();
    now_ += std::min(patience, std::max(milliseconds(0), end_ - now_));
    return protocol::Error{protocol::ErrorKind::deadline, "silence"};
  }
  void end_sending() override { connection_->end(); }
  bool is_too_old() const override { return now_ >= end_; }

 private:
  std::unique_ptr<FakeConnection> connection_;
  milliseconds& now_;
  milliseconds end_;
};

/// A server that can fall, and be started again.
class FakeSubject final : public Subject, public Network {
 public:
  explicit FakeSubject(MakeConnection make) : make_(std::move(make)) {}

  Network& network() override { return *this; }
  protocol::Result<void> restart() override {
    ++starts;
    ended.reset();
    ends_at = milliseconds(0);
    if (starts > starts_max) return protocol::Error{protocol::ErrorKind::system, "it does not start"};
    return {};
  }
  std::optional<launch::ExitStatus> exited() override { return ends_at <= time ? ended : std::nullopt; }
  std::optional<double> cpu_s() override { return spins ? std::optional(spins(*this)) : std::nullopt; }

  protocol::Result<std::unique_ptr<Wire>> connect(milliseconds) override {
    if (ended) return protocol::Error{protocol::ErrorKind::refused, "refused"};
    ++connections;
    time += latency;
    return std::unique_ptr<Wire>(std::make_unique<FakeWire>(make_(), time, life));
  }
  protocol::Result<std::unique_ptr<Wire>> connect_beside(std::uint16_t port, milliseconds) override {
    auto connection = make_data ? make_data(port) : nullptr;
    if (connection == nullptr) return protocol::Error{protocol::ErrorKind::refused, "refused"};
    return std::unique_ptr<Wire>(std::make_unique<FakeWire>(std::move(connection), time, life));
  }
  void pause(milliseconds wait) override { time += wait; }
  std::chrono::microseconds now() override { return time; }

  milliseconds time{0};
  milliseconds latency{0};                    ///< of a connect
  milliseconds life = std::chrono::hours(1);  ///< of a connection
  milliseconds ends_at{0};  ///< what `ended` says is seen from then on; nobody is served before
  int starts = 0;
  int starts_max = 1'000;
  int connections = 0;
  std::optional<launch::ExitStatus> ended;
  MakeDataConnection make_data;
  std::function<double(const FakeSubject&)> spins;  ///< its CPU time so far, in seconds; none: not known

 private:
  MakeConnection make_;
};

inline CaseFiles some_files() {
  return {.probe = {"probe.bin", "content of the probe"},
          .long_named = KnownFile{std::string(36, 'n') + ".bin", "content of the other"},
          .folder = KnownFolder{"folder", {"inside.bin", "content of the one inside"}},
          .named_folder = KnownFolder{"gr\u00f6\u00dfe", {"inside.bin", "content of the one inside"}},
          .long_folder = std::string(200, 'd'),
          .outside = OutsideFile{.name = "root-beside-1.bin",
                                 .content = "content of the neighbour",
                                 .root_path = "/srv/root",
                                 .folder = "probe.d",
                                 .link = "probe-link",
                                 .through_folder_link = "probe-out/in.bin",
                                 .neighbour = "root-beside-1.bin.d",
                                 .empty_folder = "root-beside-1.bin.e"},
          .large = "large.bin",
          .listed = {{"Z.bin", "content of Z"}, {"gr\u00fc\u00dfe.bin", "content of it"}},
          .many = ManyFiles{"folder", 1}};
}

/// A right server of clause 7.1 (nul): the others of the tests are made from it.
class NulConnection : public FakeConnection {
 public:
  void receive(std::string_view segment) override {
    input += segment;
    if (const auto end = input.find('\0'); end != std::string::npos) answer(input.substr(0, end));
  }

 protected:
  virtual void answer(const std::string& name) {
    const auto files = some_files();
    if (name == files.probe.name) out += files.probe.content;
    if (name == files.long_named->name) out += files.long_named->content;
    closed = true;
  }
  std::string input;
};

/// Runs the cases of `suites` in the dialect `nul`, unless told otherwise.
inline std::vector<record::CaseOutcome> run_suites(Subject& subject, const std::vector<std::string>& suites,
                                                   std::string_view dialect = "nul",
                                                   const CaseFiles& files = some_files()) {
  const std::atomic<bool> stop = false;
  const auto& speech = *find_speech(dialect);
  return run_suite(
      cases_for(suites, speech), subject,
      {.speech = speech, .files = files, .patience_max = milliseconds(30'000), .stop = stop, .progress = {}});
}

inline const record::CaseOutcome& find(const std::vector<record::CaseOutcome>& outcomes,
                                       std::string_view id) {
  const auto found = std::ranges::find(outcomes, id, &record::CaseOutcome::id);
  if (found != outcomes.end()) return *found;
  ADD_FAILURE() << "no outcome of " << id;
  static const record::CaseOutcome none;
  return none;
}

}  // namespace bftp::torture::fakes
