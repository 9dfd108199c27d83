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

/// The measure stage of one run: a probe of the server's process tree and the thread that samples it. Without
/// a process to go by (attached, no pid) it measures nothing.
class Measurements {
 public:
  Measurements(const launch::ServerHandle& server, double sample_rate_hz, std::int64_t epoch_ns);

  measure::Probe* probe() { return probe_.get(); }
  std::string cpu_source() const { return probe_ ? probe_->cpu_source() : "none: no process is known"; }
  std::vector<record::ResourceSample> take() {
    return sampler_ ? sampler_->take() : std::vector<record::ResourceSample>{};
  }
  std::optional<double> sampler_cpu_s() const {
    return sampler_ ? std::optional(sampler_->cpu_s()) : std::nullopt;
  }
  void stop();

 private:
  std::unique_ptr<measure::Probe> probe_;
  std::unique_ptr<measure::Sampler> sampler_;
};

}  // namespace bftp::cli
