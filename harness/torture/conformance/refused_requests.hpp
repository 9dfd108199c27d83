#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "harness/torture/bftp_files.hpp"
#include "harness/torture/case.hpp"
#include "harness/torture/found.hpp"

/// Requests that a clause has refused, and what a server does about them.
namespace bftp::torture {

struct Refused {
  std::string request;
  std::uint16_t code;  ///< that is due
};

namespace due_codes {
inline constexpr std::uint16_t bad = 400, forbidden = 403, missing = 404, unknown_verb = 405,
                               wrong_kind = 409;
/// A folder that is not there.
inline constexpr const char* nowhere = "refusals-no-such";
}  // namespace due_codes

/// Where a verb is refused as unknown: whether every server has it (clause 4), or may lack it (5).
enum class Verbs : std::uint8_t { core, extended };

/// Sends each request on a connection of its own, and a GET behind it, which has to be answered. Tells all
/// that were not refused as they have to be; the log shows the first of them. A core verb that is refused as
/// unknown is tolerated here. Extended ones are passed over, and where there is none of them, it is skipped.
Finding refuses_all(CaseContext& context, const std::vector<Refused>& requests, Verbs verbs);

/// Whether this user may write, tried on a file of the case's own. Who may not is refused by 403, whatever is
/// named.
bool stores_and_removes(CaseContext& context);

/// Of requests that were obeyed, something may be there: sends these, whatever the answers are.
void tidies_up_by(CaseContext& context, const std::vector<std::string>& requests);

}  // namespace bftp::torture
