#include "harness/record/baseline.hpp"

namespace bftp::record {

std::string label_of(const Metric& metric) {
  std::string label = metric.name;
  if (metric.op == "get") label += " GET";
  if (metric.op == "put") label += " PUT";
  if (!metric.fixture.empty()) label += " " + metric.fixture;
  return label;
}

bool same_quantity(const Metric& a, const Metric& b) {
  return a.name == b.name && a.op == b.op && a.fixture == b.fixture;
}

}  // namespace bftp::record
