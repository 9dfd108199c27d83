#pragma once

#include <string_view>

namespace bftp::report {

/// What a clause of docs/protocol.md asks for, in one sentence for a student; empty for one that is not
/// known.
std::string_view clause_in_words(std::string_view clause);

}  // namespace bftp::report
