#pragma once

#include <vector>

namespace bftp::cli {

/// Processors that we may run on (sched_getaffinity), ascending.
std::vector<int> usable_processors();

/// Half of them for the servers, the others for the clients, so that neither waits for the other's core; both
/// empty, which is all for everybody, when there is only one.
struct ProcessorSplit {
  std::vector<int> servers, clients;
};
ProcessorSplit split_processors(const std::vector<int>& processors);

}  // namespace bftp::cli
