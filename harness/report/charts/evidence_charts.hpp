#pragma once

#include <span>
#include <vector>

#include "harness/judge/verdict.hpp"
#include "harness/report/charts/chart.hpp"

namespace bftp::report {

/// A chart for each verdict that carries series, in the verdicts' order; several series with the same axes
/// share a picture, others become further views. The chart's id is evidence_chart_id().
std::vector<Chart> evidence_charts(std::span<const judge::Verdict> verdicts);

/// "evidence-uniformity.stalls"
std::string evidence_chart_id(const judge::Verdict& verdict);

}  // namespace bftp::report
