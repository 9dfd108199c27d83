#pragma once

#include <string>
#include <string_view>
#include <variant>

#include "protocol/request.hpp"

namespace bftp::protocol {

/// A path as clients see it (clause 3.1), normalized: absolute, no `.`, no `..`, no doubled `/`, no trailing
/// `/`
/// (`names_folder` keeps whether there was one, clause 4.15).
struct VirtualPath {
  std::string text = "/";
  bool names_folder = false;

  bool is_root() const { return text == "/"; }
  /// For openat-like calls below the root's descriptor: without the leading `/`, "." for the root.
  std::string relative() const { return is_root() ? "." : text.substr(1); }
  std::string parent() const;  ///< of "/a/b": "/a"; of "/a": "/"
  std::string name() const;    ///< of "/a/b": "b"; of "/": ""
  friend bool operator==(const VirtualPath&, const VirtualPath&) = default;
};

/// Resolves `argument` against the current folder by clause 3.1. Refusals: 403 beyond the root, 400 for a
/// name above 255 bytes or a NUL, 400 for an empty argument. Purely textual; links are the kernel's business.
std::variant<VirtualPath, Refusal> resolve(std::string_view current_folder, std::string_view argument);

}  // namespace bftp::protocol
