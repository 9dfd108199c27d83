#pragma once

#include <atomic>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "harness/record/run_record.hpp"

namespace bftp::cli {

struct CaseSettings {
  std::string root;              ///< the server's, ours to write to; not used for attached servers
  std::string run_folder;        ///< takes cases/server.out and cases/server.err
  std::string temporary_folder;  ///< the server's TMPDIR
  const std::atomic<bool>& stop;
  std::function<void(std::string_view)> progress;
  /// What the run's time limit leaves for the cases, s; nothing: no limit of the run's.
  std::optional<double> time_left_s;
  std::function<std::string()> must_end;  ///< see torture::SuiteSettings; may be empty
};

/// The plan's suites hold a case that applies to its dialect.
bool has_cases(const plan::Plan& plan);

/// Those of the cases that were asked for by name which are not for the plan's dialect.
std::vector<std::string> cases_of_other_dialects(const plan::Plan& plan);

/// Runs the torture cases of the plan's suites on a server of their own, started the same way after the other
/// one has ended, and writes their outcomes into the record. Attached servers take them as they are. Nothing
/// is done where no case applies. Where no file is known that an attached server has, all are skipped and say
/// so; where a server of ours keeps them from being tried, they are not found out.
void run_cases(record::RunRecord& record, const CaseSettings& settings);

/// None of them was tried, which is written into the record with the reason: not found out.
void leave_out_cases(record::RunRecord& record, const std::string& why);

}  // namespace bftp::cli
