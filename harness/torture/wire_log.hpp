#pragma once

#include <chrono>
#include <string>
#include <string_view>
#include <vector>

namespace bftp::torture {

/// `bytes` as a person reads them: printable ASCII as it is, all else as \n, \r, \t, \0, \\, \" or \xHH;
/// beyond `max` bytes cut, with the number of those that are left out.
std::string escaped(std::string_view bytes, std::size_t max = 96);

/// What went over one connection, in words, in bounded memory; and the shell command that sends the same.
class WireLog {
 public:
  explicit WireLog(std::chrono::milliseconds start) : start_(start) {}

  void sent(std::chrono::milliseconds now, std::string_view bytes);
  void received(std::chrono::milliseconds now, std::string_view bytes);
  void said(std::chrono::milliseconds now, std::string_view what);  ///< "the server closed (FIN)"
  void paused(std::chrono::milliseconds time);                      ///< between two sends
  /// Another client connected, sent `bytes`, perhaps none, and stays.
  void held(std::chrono::milliseconds now, std::string_view bytes);
  void let_go(std::chrono::milliseconds now);
  /// A new connection: the command shows the last one, and the clients that were held meanwhile.
  void begin();
  /// The conversation takes more than bytes sent down a pipe: command() stays empty.
  void is_a_dialogue() { is_dialogue_ = true; }

  /// At most lines_max, and one that says how many are missing.
  std::vector<std::string> lines() const;
  /// "(printf 'fra'; sleep 0.05; printf 'me.bin\0') | nc 127.0.0.1 12345"; empty if nothing was sent, or more
  /// than a person would paste, or it was a dialogue. A client that was held stands in front, in the
  /// background.
  std::string command() const;

  static constexpr std::size_t lines_max = 24;

 private:
  void add(std::chrono::milliseconds now, std::string text);

  std::chrono::milliseconds start_;
  std::vector<std::string> lines_;
  std::size_t dropped_ = 0;
  std::vector<std::string> script_;  ///< words of the command
  std::size_t script_bytes_ = 0;
  std::string held_;    ///< commands of the clients that are held
  std::string beside_;  ///< and of those that were when the last connection began
  bool is_dialogue_ = false;
};

}  // namespace bftp::torture
