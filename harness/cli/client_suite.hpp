#pragma once

#include <atomic>
#include <functional>
#include <string>

#include "harness/drive/timekeeper.hpp"
#include "harness/launch/session.hpp"
#include "harness/record/run_record.hpp"

namespace bftp::cli {

struct ClientSuiteSettings {
  std::string root;        ///< that the misbehaving servers serve: the run's own
  std::string log_folder;  ///< existing; takes what they print
  const std::atomic<bool>& stop;
  std::function<void(const std::string& behaviour)> progress;
  std::int64_t epoch_ns = 0;
};

/// The suite `client`: the session's workers, and their external client if there is one, against a reference
/// server that misbehaves. Nothing if the plan names no behaviour.
void run_client_suite(record::RunRecord& record, launch::Session& session, drive::Timekeeper& time,
                      const ClientSuiteSettings& settings);

}  // namespace bftp::cli
