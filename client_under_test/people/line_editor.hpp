#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "client_under_test/people/completion.hpp"

namespace bftp::client::people {

/// Reads lines from a person at a terminal, with editing, history and completion (libedit). Ctrl-C drops the
/// line that is being typed. One for a program; one thread.
class LineEditor {
 public:
  /// The history is read from and, at the end, written to `history_path`; nowhere if that is empty.
  LineEditor(std::string history_path, ListNames list);
  ~LineEditor();
  LineEditor(const LineEditor&) = delete;
  LineEditor& operator=(const LineEditor&) = delete;

  /// Nothing at the end of the input (Ctrl-D).
  std::optional<std::string> read(const std::string& prompt);

 private:
  struct State;
  std::unique_ptr<State> state_;
};

/// $XDG_STATE_HOME/bftp/history or ~/.local/state/bftp/history, whose folder is made; "" if there is no such
/// place.
std::string history_path();

}  // namespace bftp::client::people
