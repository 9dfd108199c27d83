#include "harness/judge/machine_excuse.hpp"

#include <vector>

#include "harness/judge/machine.hpp"
#include "harness/judge/statistics/quantiles.hpp"

namespace bftp::judge {

double machine_excuses_up_to_ms(const record::RunRecord& record, double usual_ms) {
  constexpr double neighbours = 10, floors = 3;
  return neighbours * usual_ms + floors * scheduler_floor_ms(record);
}

std::optional<double> control_waited_ms(std::span<const Outlier> excesses_of_control) {
  constexpr std::size_t samples_min = 20;
  if (excesses_of_control.size() < samples_min) return std::nullopt;
  std::vector<double> waited;
  for (const Outlier& outlier : excesses_of_control) waited.push_back(outlier.excess_ms);
  return statistics::quantile(waited, 0.99);
}

bool is_no_machines_doing(const record::RunRecord& record, double waited_ms, double usual_ms,
                          std::optional<double> control_ms) {
  constexpr double times_control = 4;
  return control_ms && waited_ms > machine_excuses_up_to_ms(record, usual_ms) &&
         waited_ms > times_control * *control_ms;
}

}  // namespace bftp::judge
