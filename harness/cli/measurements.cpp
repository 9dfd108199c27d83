#include "harness/cli/measurements.hpp"

#include <algorithm>
#include <chrono>

namespace bftp::cli {

Measurements::Measurements(const std::vector<MeasuredServer>& servers, double sample_rate_hz,
                           std::int64_t epoch_ns)
    : first_(servers.front().arm) {
  std::vector<measure::SampledArm> sampled;
  for (const MeasuredServer& measured : servers) {
    auto probe = measure::make_probe(*measured.server);
    if (!probe) continue;
    sampled.push_back({probe.get(), measured.arm});
    probes_.push_back({measured.arm, std::move(probe)});
  }
  if (sampled.empty()) return;
  measure::SamplerSettings settings;
  settings.pacing.rate_hz = sample_rate_hz;
  settings.epoch = std::chrono::steady_clock::time_point(std::chrono::nanoseconds(epoch_ns));
  sampler_ = std::make_unique<measure::Sampler>(std::move(sampled), settings);
}

measure::Probe* Measurements::probe(record::Arm arm) const {
  const auto found =
      std::find_if(probes_.begin(), probes_.end(), [arm](const Probed& probed) { return probed.arm == arm; });
  return found == probes_.end() ? nullptr : found->probe.get();
}

std::string Measurements::cpu_source() const {
  const measure::Probe* first = probe(first_);
  return first != nullptr ? first->cpu_source() : "none: no process is known";
}

void Measurements::stop() {
  if (sampler_) sampler_->stop();
}

}  // namespace bftp::cli
