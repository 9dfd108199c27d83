#pragma once

#include <chrono>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "harness/record/case_outcome.hpp"

namespace bftp::torture {

/// `bytes` as a person reads them: printable ASCII as it is, all else as \n, \r, \t, \0, \\, \" or \xHH;
/// beyond `max` bytes cut, with the number of those that are left out.
std::string escaped(std::string_view bytes, std::size_t max = 96);

/// Where a person may start a server to try a command on it, as nc takes it.
inline constexpr const char* any_address = "127.0.0.1 12345";

/// What went over one connection, in words, in bounded memory; and the shell command that sends the same.
class WireLog {
 public:
  /// `address`: of the server in commands, host and port as nc takes them.
  explicit WireLog(std::chrono::microseconds start, std::string address = any_address)
      : start_(start), address_(std::move(address)) {}

  void sent(std::chrono::microseconds now, std::string_view bytes);
  void received(std::chrono::microseconds now, std::string_view bytes);
  void said(std::chrono::microseconds now, std::string_view what);  ///< "the server closed (FIN)"
  /// Bytes that went over a connection beside, such as FTP's of data; in no line, said() tells of them.
  void moved(std::chrono::microseconds now, std::size_t sent, std::size_t received);
  void paused(std::chrono::milliseconds time);  ///< between two sends
  /// Another client connected, sent `bytes`, perhaps none, and stays.
  void held(std::chrono::microseconds now, std::string_view bytes);
  void let_go(std::chrono::microseconds now);
  /// A new connection: the command shows the last one, and the clients that were held meanwhile.
  void begin();
  /// The conversation takes more than bytes sent down a pipe: command() stays empty.
  void is_a_dialogue() { is_dialogue_ = true; }

  /// A connection was given up for its age, in the middle of what goes on.
  void ran_out_of_time() { ran_out_ = true; }
  bool has_run_out_of_time() const { return ran_out_; }

  /// At most lines_max, and one that says how many are missing.
  std::vector<std::string> lines() const;
  /// "(printf 'fra'; sleep 0.05; printf 'me.bin\0') | nc 127.0.0.1 12345"; empty if nothing was sent, or more
  /// than a person would paste, or it was a dialogue. A client that was held stands in front, in the
  /// background.
  std::string command() const;

  /// How many bytes had gone either way, over time; what a held client sends is not counted. At most
  /// flow_points_max: of more every second one goes, which costs the picture detail and no bytes.
  std::vector<record::WirePoint> flow() const { return flow_; }

  static constexpr std::size_t lines_max = 24;
  static constexpr std::size_t flow_points_max = 64;

 private:
  void add(std::chrono::microseconds now, std::string text);
  void add_to_flow(std::chrono::microseconds now, std::size_t sent, std::size_t received);

  std::chrono::microseconds start_;
  std::string address_;
  std::vector<std::string> lines_;
  std::size_t dropped_ = 0;
  std::vector<record::WirePoint> flow_;
  std::vector<std::string> script_;  ///< words of the command
  std::size_t script_bytes_ = 0;
  std::string held_;    ///< commands of the clients that are held
  std::string beside_;  ///< and of those that were when the last connection began
  bool is_dialogue_ = false;
  bool ran_out_ = false;
};

}  // namespace bftp::torture
