#pragma once

#include <string>
#include <vector>

#include "harness/record/case_outcome.hpp"
#include "harness/torture/case_context.hpp"

namespace bftp::cli {

/// Lays what the cases ask the server for into `folder` (cases/files of the run's folder), with a page that
/// says how to make the rest (a large file, links), so that a command of the report can be tried by hand.
/// What cannot be written is left out: it is a convenience.
void keep_case_files(const torture::CaseFiles& files, const std::string& folder);

/// The commands of the outcomes name a server on torture::any_address: says in each, as a shell's comment,
/// over which files it has to be started.
void say_over_which_files(std::vector<record::CaseOutcome>& outcomes);

}  // namespace bftp::cli
