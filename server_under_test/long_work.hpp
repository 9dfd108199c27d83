#pragma once

#include <memory>

#include "server_under_test/root_folder.hpp"
#include "server_under_test/service.hpp"

namespace bftp::server {

/// LIST of an opened folder (clauses 4.3, 4.14). `path` is the folder's own. `root` lives longer.
std::unique_ptr<Work> make_listing(const RootFolder& root, protocol::VirtualPath path,
                                   protocol::UniqueFd folder);

/// HASH of an opened file (clause 5.3).
std::unique_ptr<Work> make_hash(OpenFile file);

}  // namespace bftp::server
