#pragma once

#include <string>

#include "harness/record/run_record.hpp"
#include "harness/torture/case_context.hpp"

namespace bftp::cli {

/// Lays what the cases ask the server for into `folder` (cases/files of the run's folder), with a page that
/// says how to make the rest (a large file, links), so that a command of the report can be tried by hand.
/// What cannot be written is left out: it is a convenience.
void keep_case_files(const torture::CaseFiles& files, const std::string& folder);

/// The commands of the outcomes name a server on port 12345: says in each, as a shell's comment, over which
/// files it has to be started; of an attached server they get its own address.
void complete_commands(record::RunRecord& record);

}  // namespace bftp::cli
