#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "client_under_test/people/commands.hpp"

namespace bftp::client::people {

struct KnownName {
  std::string name;
  bool is_folder = false;
};

/// The entries of a folder; empty if it cannot be listed. `folder` is as typed, "" for the current one.
using ListNames = std::function<std::vector<KnownName>(Names where, const std::string& folder)>;

/// What the Tab key does to a line.
struct Completion {
  std::size_t replace_from = 0;         ///< byte of the line from which to replace, up to the cursor
  std::string replacement;              ///< escaped; equal to what is there when nothing can be added
  std::vector<std::string> candidates;  ///< to show, when there are several
};

/// Completes the word at the end of `line`: a command's name first, then what the command takes. Names that a
/// terminal could not show as they are, are not offered.
Completion complete(std::string_view line, const ListNames& list);

}  // namespace bftp::client::people
