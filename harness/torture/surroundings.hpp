#pragma once

#include <cstdint>
#include <string>

namespace bftp::torture {

/// What lies at one place on the disk.
struct Lying {
  enum class Kind : std::uint8_t { nothing, file, folder, other };
  Kind kind = Kind::nothing;
  std::string content{};  ///< of a file, the beginning

  bool operator==(const Lying&) const = default;
};

/// The folder that the server's root lies in, which is ours, seen from our side and not through the server.
/// The real one is on the disk; the fake of the tests shares a map with a server that reaches out of its
/// root. It outlives the cases that look at it.
class Surroundings {
 public:
  virtual ~Surroundings() = default;
  /// At `path`, taken from that folder: "root-beside-1.bin". No link is followed.
  virtual Lying look(const std::string& path) = 0;
  /// As it was before any case: what was placed there, and in the root, is whole again, and what begins with
  /// CaseFiles::own_prefix is gone from there.
  virtual void put_back() = 0;
};

}  // namespace bftp::torture
