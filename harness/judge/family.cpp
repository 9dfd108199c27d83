#include "harness/judge/family.hpp"

#include <fmt/format.h>

#include <cmath>

#include "harness/judge/statistics/paired.hpp"
#include "harness/judge/wording.hpp"

namespace bftp::judge {

double p_of_both(double p, double q) {
  const double product = p * q;
  return product > 0 ? product * (1 - std::log(product)) : 0;
}

void correct_family(std::vector<Verdict>& verdicts) {
  std::vector<Verdict*> members;
  std::vector<double> p_values;
  for (Verdict& verdict : verdicts) {
    if (!verdict.p_value || verdict.status == Status::skip) continue;
    members.push_back(&verdict);
    p_values.push_back(*verdict.p_value);
  }
  const auto corrected = statistics::holm(p_values);
  if (!corrected) return;
  for (std::size_t i = 0; i < members.size(); ++i) {
    if (members[i]->status != Status::fail || (*corrected)[i] <= family_alpha) continue;
    Verdict& verdict = *members[i];
    verdict.happened = verdict.summary + " " + verdict.happened;
    verdict.severity = Severity::info;
    verdict =
        inconclusive(std::move(verdict),
                     fmt::format("It looks like a failure, but among {} questions about time and CPU one "
                                 "such answer comes by chance (p = {} after Holm's correction).",
                                 p_values.size(), number((*corrected)[i])),
                     "More blocks: --rounds, or a larger profile.");
  }
}

}  // namespace bftp::judge
