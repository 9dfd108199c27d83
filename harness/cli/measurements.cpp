#include "harness/cli/measurements.hpp"

#include <chrono>

namespace bftp::cli {

Measurements::Measurements(const launch::ServerHandle& server, double sample_rate_hz, std::int64_t epoch_ns)
    : probe_(measure::make_probe(server)) {
  if (!probe_) return;
  measure::SamplerSettings settings;
  settings.pacing.rate_hz = sample_rate_hz;
  settings.epoch = std::chrono::steady_clock::time_point(std::chrono::nanoseconds(epoch_ns));
  sampler_ = std::make_unique<measure::Sampler>(
      std::vector<measure::SampledArm>{{probe_.get(), record::Arm::server}}, settings);
}

void Measurements::stop() {
  if (sampler_) sampler_->stop();
}

}  // namespace bftp::cli
