#include "harness/measure/sample_pacer.hpp"

#include <algorithm>
#include <cmath>

namespace bftp::measure {
namespace {

/// A moving mean: follows a tree that grows, forgives one slow sample.
SamplePacer::Seconds blend(SamplePacer::Seconds mean, SamplePacer::Seconds latest) {
  constexpr double weight = 0.25;
  return mean.count() == 0 ? latest : mean * (1 - weight) + latest * weight;
}

}  // namespace

bool HeightWatch::wants_full(const record::ResourceSample& sample) {
  if (!sample.anon_mib) return false;
  const bool first = next_mib_ == 0;
  if (!first && *sample.anon_mib < next_mib_) return false;
  next_mib_ = *sample.anon_mib + step_mib;
  return !first && sample.processes.value_or(1) > 1 && !sample.pss_mib;
}

Detail SamplePacer::choose(Seconds now) const {
  const Seconds interval = std::max(Seconds(settings_.full_every_s), full_cost_ / settings_.full_share_max);
  return now - last_full_ >= interval ? Detail::full : Detail::quick;
}

void SamplePacer::note(Seconds now, Detail detail, Seconds cpu) {
  if (detail == Detail::full) {
    full_cost_ = blend(full_cost_, cpu);
    last_full_ = now;
  } else {
    quick_cost_ = blend(quick_cost_, cpu);
  }
  const Seconds interval = std::max(Seconds(1 / settings_.rate_hz), quick_cost_ / settings_.quick_share_max);
  const double steps = std::floor((now - next_due_) / interval) + 1;
  next_due_ += interval * std::max(1.0, steps);
}

}  // namespace bftp::measure
