#include "harness/drive/await_end.hpp"

#include <algorithm>

namespace bftp::drive {

void await_end(const std::vector<record::TransferRecord>& records, launch::ServerHandle& server,
               Timekeeper& time, std::chrono::nanoseconds& patience) {
  using namespace std::chrono_literals;
  const bool refused = std::any_of(records.begin(), records.end(), [](const record::TransferRecord& row) {
    return row.error == record::TransferError::connect_failed;
  });
  if (!refused) return;
  constexpr std::chrono::nanoseconds step = 5ms;
  while (patience > 0ns && !server.exited()) {
    time.sleep_for(step);
    patience -= step;
  }
}

}  // namespace bftp::drive
