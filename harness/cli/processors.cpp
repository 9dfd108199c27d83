#include "harness/cli/processors.hpp"

#include <sched.h>

#include <cstddef>

namespace bftp::cli {

std::vector<int> usable_processors() {
  cpu_set_t set;
  CPU_ZERO(&set);
  std::vector<int> processors;
  if (::sched_getaffinity(0, sizeof set, &set) != 0) return processors;
  for (std::size_t cpu = 0; cpu < CPU_SETSIZE; ++cpu)
    if (CPU_ISSET(cpu, &set)) processors.push_back(static_cast<int>(cpu));
  return processors;
}

ProcessorSplit split_processors(const std::vector<int>& processors) {
  if (processors.size() < 2) return {};
  const auto middle = processors.begin() + static_cast<std::ptrdiff_t>(processors.size() / 2);
  return {{processors.begin(), middle}, {middle, processors.end()}};
}

}  // namespace bftp::cli
