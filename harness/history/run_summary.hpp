#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "harness/judge/verdict.hpp"
#include "harness/record/baseline.hpp"
#include "harness/record/likeness.hpp"
#include "harness/record/run_record.hpp"

namespace bftp::history {

/// One check's answer, without its explanation.
struct CheckSummary {
  std::string id, category, status, measured;
};

/// What a history keeps of one run. A value.
struct RunSummary {
  std::int64_t id = 0;  ///< in its store; 0 before it is stored
  std::string started_utc;
  std::string name;    ///< plan::Plan::name
  std::string server;  ///< the command as typed, "reference", "reference/epoll", or an address
  std::string profile;
  std::optional<std::string> commit;  ///< unknown: none
  record::Work work;
  record::Machine machine;  ///< without `limits`
  std::string version;      ///< of the harness
  std::string state;        ///< record::RunState as a word
  int exit_code = 3;
  std::string folder;
  std::uint64_t seed = 0;
  std::uint64_t transfers = 0;  ///< of the server under test
  double duration_s = 0;
  std::vector<CheckSummary> checks;
  std::vector<record::Metric> metrics;
};

/// What names the server under test in a history.
std::string server_name(const plan::Plan& plan);

RunSummary summarise(const record::RunRecord& record, const std::vector<judge::Verdict>& verdicts,
                     int exit_code, const std::string& folder, std::optional<std::string> commit);

}  // namespace bftp::history
