#pragma once

#include <string_view>
#include <vector>

#include "harness/judge/against_baseline.hpp"
#include "harness/judge/limits.hpp"

namespace bftp::judge {

/// A check that holds a ratio to the control arm, measured over paired blocks, against the same ratio in the
/// baseline: figures of different days are never compared as such.
class BaselineRatioCheck : public Check {
 public:
  std::vector<LimitSpec> limits() const override;  ///< more_max, more_warn
  bool needs_confirmation() const final { return true; }
  bool applies(const record::RunRecord& record) const final { return record.baseline.has_value(); }
  Verdict judge(const Evidence& evidence, const LimitValues& limits) const override;

 protected:
  virtual std::string_view quantity() const = 0;  ///< of metrics_of()
  virtual std::string_view expected() const = 0;
  virtual ChangeRules rules() const = 0;  ///< without how changes are weighed
};

}  // namespace bftp::judge
