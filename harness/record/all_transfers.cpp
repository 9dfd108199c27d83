#include "harness/record/all_transfers.hpp"

namespace bftp::record {

std::string iteration_text(std::uint32_t iteration) {
  if (iteration >= crowding_iterations_from) return "in the comparison of one client with all";
  return "iteration " + std::to_string(iteration);
}

TransferCount all_transfers(const RunRecord& record, Arm arm) {
  TransferCount count = record.transfers.total(arm);
  for (const Crowding& crowding : record.crowdings) {
    if (crowding.arm != arm) continue;
    const std::uint64_t good = crowding.alone_ms.size() + crowding.together_ms.size() +
                               crowding.after_ms.size() + crowding.later_ms.size();
    count.transfers += good;
    if (record.plan.clients.verify != protocol::Verify::none) count.identical += good;
    if (crowding.fixture < record.fixtures.size())
      count.bytes += good * record.fixtures[crowding.fixture].size;
  }
  return count;
}

}  // namespace bftp::record
