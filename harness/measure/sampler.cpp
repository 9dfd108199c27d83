#include "harness/measure/sampler.hpp"

#include <poll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <atomic>
#include <ctime>
#include <mutex>
#include <thread>

#include "protocol/unique_fd.hpp"

namespace bftp::measure {
namespace {

using Seconds = SamplePacer::Seconds;

/// Of the calling thread.
Seconds thread_cpu() {
  timespec time{};
  ::clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
  return Seconds(static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_nsec) * 1e-9);
}

}  // namespace

struct Sampler::State {
  std::vector<SampledArm> arms;
  std::vector<HeightWatch> heights;  ///< of each arm
  SamplerSettings settings;
  protocol::UniqueFd wake{::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)};
  std::mutex mutex;
  std::vector<record::ResourceSample> samples;
  std::atomic<double> cpu_s{0};
  std::thread thread;

  void run() {
    SamplePacer pacer(settings.pacing);
    const auto start = std::chrono::steady_clock::now();
    const auto elapsed = [&] {
      return Seconds(std::chrono::steady_clock::now() - start);
    };
    while (wait(pacer.next_due() - elapsed())) {
      const Seconds now = elapsed();
      const Seconds before = thread_cpu();
      Detail detail = pacer.choose(now);
      for (std::size_t arm = 0; arm < arms.size(); ++arm)
        if (sample(arms[arm], heights[arm], detail)) detail = Detail::full;
      const Seconds after = thread_cpu();
      pacer.note(now, detail, after - before);
      cpu_s.store(after.count(), std::memory_order_relaxed);
    }
  }

  /// False when it is time to stop.
  bool wait(Seconds time) {
    const double left = std::max(0.0, time.count());
    timespec limit{};
    limit.tv_sec = static_cast<time_t>(left);
    limit.tv_nsec = static_cast<long>((left - static_cast<double>(limit.tv_sec)) * 1e9);
    pollfd entry{wake.get(), POLLIN, 0};
    return ::ppoll(&entry, 1, &limit, nullptr) <= 0;
  }

  /// True if a quick sample was completed to a full one.
  bool sample(const SampledArm& arm, HeightWatch& height, Detail detail) {
    const Seconds when = std::chrono::steady_clock::now() - settings.epoch;
    auto sample = arm.probe->read(detail);
    const bool completed = height.wants_full(sample);
    if (completed) sample = arm.probe->read(Detail::full);
    sample.time_s = when.count();
    sample.arm = arm.arm;
    const std::scoped_lock lock(mutex);
    if (samples.size() >= settings.samples_max) thin();
    samples.push_back(sample);
    return completed;
  }

  void thin() {
    std::size_t kept = 0;
    for (std::size_t i = 0; i < samples.size(); i += 2) samples[kept++] = samples[i];
    samples.resize(kept);
  }
};

Sampler::Sampler(std::vector<SampledArm> arms, const SamplerSettings& settings)
    : state_(std::make_unique<State>()) {
  state_->arms = std::move(arms);
  state_->heights.resize(state_->arms.size());
  state_->settings = settings;
  state_->thread = std::thread([state = state_.get()] { state->run(); });
}

Sampler::~Sampler() {
  stop();
}

std::vector<record::ResourceSample> Sampler::take() {
  std::vector<record::ResourceSample> taken;
  const std::scoped_lock lock(state_->mutex);
  taken.swap(state_->samples);
  return taken;
}

double Sampler::cpu_s() const {
  return state_->cpu_s.load(std::memory_order_relaxed);
}

void Sampler::stop() {
  if (!state_->thread.joinable()) return;
  const std::uint64_t one = 1;
  [[maybe_unused]] const ssize_t written = ::write(state_->wake.get(), &one, sizeof one);
  state_->thread.join();
}

}  // namespace bftp::measure
