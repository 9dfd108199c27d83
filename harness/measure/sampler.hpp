#pragma once

#include <chrono>
#include <memory>
#include <vector>

#include "harness/measure/sample_pacer.hpp"

namespace bftp::measure {

/// One server to sample. The probe outlives the sampler.
struct SampledArm {
  Probe* probe = nullptr;
  record::Arm arm = record::Arm::server;
};

struct SamplerSettings {
  PacerSettings pacing;
  std::chrono::steady_clock::time_point epoch =
      std::chrono::steady_clock::now();  ///< what time_s counts from
  std::size_t samples_max = 65'536;      ///< kept between two calls of take(); then every second one goes
};

/// Samples in a thread of its own from construction to stop(). Thread-safe.
class Sampler {
 public:
  Sampler(std::vector<SampledArm> arms, const SamplerSettings& settings);
  ~Sampler();  ///< stops
  Sampler(const Sampler&) = delete;
  Sampler& operator=(const Sampler&) = delete;

  /// The samples since the last call, in order of time.
  std::vector<record::ResourceSample> take();
  /// CPU time that sampling has taken so far.
  double cpu_s() const;
  /// Returns once the thread has ended; a sample under way is finished first. Idempotent.
  void stop();

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace bftp::measure
