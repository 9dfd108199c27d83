#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include <boost/system/result.hpp>

#include "protocol/path.hpp"
#include "protocol/result.hpp"
#include "protocol/unique_fd.hpp"
#include "server_under_test/path_resolver.hpp"

/// The served folder (clause 3.1) and everything that the server does to files. No request gets past it.
namespace bftp::server {

/// A value, or the ERR that the client gets.
template <class T>
using Outcome = boost::system::result<T, protocol::Refusal>;

enum class Kind { file, folder, other };

struct Found {
  Kind kind = Kind::other;
  std::uint64_t size = 0;  ///< bytes; 0 unless it is a file
};

struct OpenFile {
  protocol::UniqueFd fd;
  std::uint64_t size = 0;  ///< bytes at the instant of opening
};

/// A name in an opened folder: where something is to be made, replaced or removed.
struct Place {
  protocol::UniqueFd folder;  ///< O_PATH
  std::string name;
  mode_t permissions = 0666;  ///< of the file that is there, as place_for_file() found it; else as by default
};

/// The ERR for an errno, by clause 4.13.
protocol::Refusal refusal_for(int code);

/// Any number of threads may use one object.
class RootFolder {
 public:
  /// Errors: not_found, no_permission, system (no folder, say). `openat2`: false forces the walk by
  /// hand; true takes the kernel's where it has it.
  static protocol::Result<std::unique_ptr<RootFolder>> open(const std::string& path, bool openat2 = true);

  int fd() const { return fd_.get(); }

  /// For reading, never waiting on a FIFO or device. Refusals: 404, 409, 403.
  Outcome<OpenFile> open_file(const protocol::VirtualPath& path) const;
  /// For reading its names. Refusals: 404, 409, 403.
  Outcome<protocol::UniqueFd> open_folder(const protocol::VirtualPath& path) const;
  /// Refusals: 404, 403, and 409 for a file that is named with a trailing `/`.
  Outcome<Found> look(const protocol::VirtualPath& path) const;
  /// The folder that `path` is in. Refusals: 404, 403.
  Outcome<Place> place(const protocol::VirtualPath& path) const;
  /// The same for a file that is to be made or replaced; refuses with 409 where a folder or something else
  /// is.
  Outcome<Place> place_for_file(const protocol::VirtualPath& path) const;

  Outcome<void> make_folder(const protocol::VirtualPath& path) const;
  Outcome<void> remove_folder(const protocol::VirtualPath& path) const;
  /// Returns how many bytes it held: of a link none, what it leads to stays.
  Outcome<std::uint64_t> remove_file(const protocol::VirtualPath& path) const;
  /// Returns how many bytes the file that was replaced held: a file that gets its own place replaces nothing.
  Outcome<std::uint64_t> move(const protocol::VirtualPath& from, const protocol::VirtualPath& to) const;

 private:
  RootFolder() = default;
  Outcome<std::uint64_t> move_file(const protocol::VirtualPath& from, const protocol::VirtualPath& to) const;
  Outcome<void> move_folder(const protocol::VirtualPath& from, const protocol::VirtualPath& to) const;

  protocol::UniqueFd fd_;
  std::string real_path_;
  std::unique_ptr<PathResolver> resolver_;
};

}  // namespace bftp::server
