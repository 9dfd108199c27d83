#include "harness/record/client_use.hpp"

namespace bftp::record {

void ClientUse::add(const TransferRecord& transfer) {
  if (!transfer.client_end) return;
  const auto& end = *transfer.client_end;
  const bool went_well = transfer.error == TransferError::none;
  ++transfers;
  failed += went_well ? 0 : 1;
  failed_with_file += !went_well && end.file && transfer.op == Op::get ? 1 : 0;
  failed_with_others += !went_well && end.others_left > 0 ? 1 : 0;
  with_others += went_well && end.others_left > 0 ? 1 : 0;
  with_processes += end.processes_left > 0 ? 1 : 0;
  if (example.empty()) example = end.other_left;
  if (end.processes_left > 0 && !process_words) process_words = end.said;
}

}  // namespace bftp::record
