#pragma once

#include <atomic>
#include <string>
#include <vector>

#include "harness/launch/session.hpp"
#include "harness/record/run_record.hpp"

namespace bftp::cli {

/// Starts the reference server twice beside the server under test: `control`, to compare with, and
/// `control_b`, to tell by how much two equal servers differ in this run. Each gets a root of its own below
/// `scratch` and a guard of its own. Adds a row to record.arms for each. A control that cannot be had costs
/// the run nothing but the comparison: it is left out, with a warning in the record. It speaks the dialect of
/// the server under test, or bftp where it cannot (and none at all to an external client then). `hurry`: see
/// launch::LaunchOptions.
std::vector<launch::ArmServer> start_control_servers(record::RunRecord& record, const std::string& scratch,
                                                     const std::string& run_folder,
                                                     const std::atomic<bool>& hurry);

/// The row of the server under test, for record.arms.
record::ArmInfo describe_server(const plan::ServerSpec& spec);

}  // namespace bftp::cli
