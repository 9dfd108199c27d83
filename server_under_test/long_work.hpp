#pragma once

#include <memory>

#include "server_under_test/memory_budget.hpp"
#include "server_under_test/root_folder.hpp"
#include "server_under_test/service.hpp"

namespace bftp::server {

/// What all listings may take beyond listing_bytes_free each: half a million names of a hundred bytes.
inline constexpr std::size_t listings_bytes_max = 64u << 20;
/// No more than what a connection takes anyway. So nobody who holds large listings back keeps others from
/// looking into an ordinary folder (6.1).
inline constexpr std::size_t listing_bytes_free = 64u << 10;

/// LIST of an opened folder (clauses 4.3, 4.14). `path` is the folder's own. `root` and `memory` live longer.
/// Refusals: 503 while other listings take what this one needs of `memory`, 500 if it could never have it.
std::unique_ptr<Work> make_listing(const RootFolder& root, MemoryBudget& memory, protocol::VirtualPath path,
                                   protocol::UniqueFd folder);

/// HASH of an opened file (clause 5.3).
std::unique_ptr<Work> make_hash(OpenFile file);

}  // namespace bftp::server
