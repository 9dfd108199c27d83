#pragma once

#include <fmt/format.h>

#include <string>
#include <vector>

#include "harness/history/run_summary.hpp"

/// Made-up runs for tests of histories: no server, no clock.
namespace bftp::history::samples {

inline record::Metric metric(std::string name, double value, std::string op = "", std::string fixture = "") {
  record::Metric metric;
  metric.name = std::move(name);
  metric.op = std::move(op);
  metric.fixture = std::move(fixture);
  metric.value = value;
  metric.low = value * 0.99;
  metric.high = value * 1.01;
  metric.count = 10;
  return metric;
}

inline record::Machine machine() {
  record::Machine machine;
  machine.hostname = "runner-1";
  machine.kernel = "6.1.0-18-amd64";
  machine.cpu_model = "Example CPU 3 GHz";
  machine.os = "Debian 12";
  machine.cores = 2;
  machine.memory_bytes = 8ull << 30;
  machine.sha_extensions = true;
  machine.cpu_source = "cgroup v2";
  return machine;
}

/// The run of day `day` (1 to 28) with these figures.
inline RunSummary run(int day, std::vector<record::Metric> metrics) {
  RunSummary run;
  run.started_utc = fmt::format("2026-01-{:02}T12:00:00Z", day);
  run.name = "run";
  run.server = "./server --port {port}";
  run.profile = "standard";
  run.commit = fmt::format("{:040x}", 0xabc000 + day);
  run.work = record::work_of(plan::Plan());
  run.machine = machine();
  run.version = "0.1.0";
  run.state = "complete";
  run.exit_code = 0;
  run.folder = fmt::format("reports/{}", day);
  run.seed = 18446744073709551615u;
  run.transfers = 800;
  run.duration_s = 12.5;
  run.checks = {{"identity.copies", "identity", "pass", "0 of 800 differ"}};
  run.metrics = std::move(metrics);
  return run;
}

}  // namespace bftp::history::samples
