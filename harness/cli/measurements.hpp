#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "harness/launch/session.hpp"
#include "harness/measure/make_probe.hpp"
#include "harness/measure/sampler.hpp"

namespace bftp::cli {

/// A server whose resources are measured; outlives the measurements.
struct MeasuredServer {
  record::Arm arm = record::Arm::server;
  const launch::ServerHandle* server = nullptr;
};

/// The measure stage of one run: a probe for each server's process tree and one thread that samples them all.
/// A server without a process to go by (attached, no pid) is not measured.
class Measurements {
 public:
  Measurements(const std::vector<MeasuredServer>& servers, double sample_rate_hz, std::int64_t epoch_ns);

  /// Null when the arm is not measured.
  measure::Probe* probe(record::Arm arm) const;
  /// Of the first server.
  std::string cpu_source() const;
  std::vector<record::ResourceSample> take() {
    return sampler_ ? sampler_->take() : std::vector<record::ResourceSample>{};
  }
  std::optional<double> sampler_cpu_s() const {
    return sampler_ ? std::optional(sampler_->cpu_s()) : std::nullopt;
  }
  void stop();

 private:
  struct Probed {
    record::Arm arm;
    std::unique_ptr<measure::Probe> probe;
  };

  record::Arm first_;
  std::vector<Probed> probes_;
  std::unique_ptr<measure::Sampler> sampler_;
};

}  // namespace bftp::cli
