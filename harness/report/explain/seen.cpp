#include "harness/report/explain/seen.hpp"

#include <algorithm>

#include "harness/record/other_fixture.hpp"
#include "protocol/copy_words.hpp"

namespace bftp::report {
namespace {

using record::Op;
using record::TransferError;
using record::TransferRecord;

template <class Holds>
bool any_failure(const record::RunRecord& record, Holds holds) {
  const auto& rows = record.transfers.failures();
  return std::any_of(rows.begin(), rows.end(),
                     [&](const TransferRecord& row) { return of_the_server(row) && holds(row); });
}

bool is_refusal_by_close(const record::RunRecord& record, const TransferRecord& row) {
  return row.error == TransferError::refused && ends_with_close(record.plan.server.dialect);
}

bool is_ended_connection(const TransferRecord& row) {
  return row.error == TransferError::connect_failed || row.error == TransferError::reset ||
         row.error == TransferError::closed_early;
}

bool its_client_was_served_later(const record::RunRecord& record, const TransferRecord& row) {
  const auto points = record.transfers.points();
  return std::any_of(points.begin(), points.end(), [&](const record::TransferPoint& point) {
    return point.arm == record::Arm::server && point.client == row.client &&
           point.error == TransferError::none && point.start_s > row.start_s;
  });
}

const record::TransferCount* count_of(const record::RunRecord& record, const TransferRecord& row) {
  const auto found = record.transfers.counts().find({record::Arm::server, row.op, row.fixture});
  return found == record.transfers.counts().end() ? nullptr : &found->second;
}

}  // namespace

bool of_the_server(const TransferRecord& row) {
  return row.arm == record::Arm::server && row.error != TransferError::local &&
         row.error != TransferError::worker_died;
}

bool ends_with_close(std::string_view dialect) {
  return dialect == "nul" || dialect == "raw" || dialect == "line" || dialect == "fixed";
}

std::uint64_t size_of(const record::RunRecord& record, const TransferRecord& row) {
  return row.fixture < record.fixtures.size() ? record.fixtures[row.fixture].size : 0;
}

const record::ServerEnd* own_end(const record::RunRecord& record) {
  const auto found = std::find_if(record.server_ends.begin(), record.server_ends.end(), [](const auto& end) {
    return end.arm == record::Arm::server && end.by_itself;
  });
  return found == record.server_ends.end() ? nullptr : &*found;
}

bool fell_with_the_server(const record::RunRecord& record, const TransferRecord& row) {
  if (own_end(record) == nullptr) return false;
  if (!is_ended_connection(row) && !is_refusal_by_close(record, row)) return false;
  return !its_client_was_served_later(record, row);
}

bool failed_while_up(const record::RunRecord& record) {
  return any_failure(record, [&](const TransferRecord& row) {
    return !is_ended_connection(row) && row.error != TransferError::deadline &&
           !fell_with_the_server(record, row);
  });
}

bool always_the_same_length(const record::RunRecord& record, const TransferRecord& example) {
  std::size_t alike = 0;
  for (const TransferRecord& row : record.transfers.failures()) {
    if (!of_the_server(row) || row.error != example.error || row.op != example.op) continue;
    if (row.bytes != example.bytes) return false;
    ++alike;
  }
  return alike > 1;
}

bool drops_the_last_piece(const record::RunRecord& record, const TransferRecord& example) {
  constexpr std::uint64_t buffer_min = 512;
  constexpr std::uint64_t buffer_max = 1u << 20;
  const auto fits = [&](std::uint64_t buffer) {
    bool other_file = false;
    for (const TransferRecord& row : record.transfers.failures()) {
      if (!of_the_server(row) || row.error != example.error || row.op != example.op) continue;
      const std::uint64_t size = size_of(record, row);
      if (size <= row.bytes || row.bytes != size / buffer * buffer) return false;
      other_file = other_file || (row.bytes > 0 && row.bytes != example.bytes);
    }
    return other_file;
  };
  for (std::uint64_t buffer = buffer_min; buffer <= buffer_max; buffer *= 2)
    if (fits(buffer)) return true;
  return false;
}

bool one_size_for_all(const record::RunRecord& record, const TransferRecord& example) {
  bool other_file = false;
  for (const TransferRecord& row : record.transfers.failures()) {
    if (!of_the_server(row) || row.error != example.error || row.op != example.op) continue;
    if (row.bytes != example.bytes || row.bytes >= size_of(record, row)) return false;
    other_file = other_file || size_of(record, row) != size_of(record, example);
  }
  return other_file;
}

bool always_different(const record::RunRecord& record, const TransferRecord& example) {
  const auto* count = count_of(record, example);
  return count != nullptr && count->different == count->transfers;
}

bool sometimes_right(const record::RunRecord& record, const TransferRecord& example) {
  const auto* count = count_of(record, example);
  return count != nullptr && count->identical > 0;
}

bool different_in_one_place(const record::RunRecord& record, const TransferRecord& example) {
  const auto& rows = record.transfers.failures();
  return std::none_of(rows.begin(), rows.end(), [&](const TransferRecord& row) {
    return of_the_server(row) && row.error == TransferError::none && row.op == example.op &&
           row.fixture == example.fixture && row.first_difference != example.first_difference;
  });
}

bool is_at_a_border(const TransferRecord& row) {
  constexpr std::uint64_t buffer_min = 512;
  return row.first_difference && *row.first_difference > 0 && *row.first_difference % buffer_min == 0;
}

bool changed_on_the_way(const record::RunRecord& record, const TransferRecord& example) {
  const std::uint64_t end = std::min(example.bytes, size_of(record, example));
  // Translated text begins rightly; what is wrong from its first byte on is something else.
  if (!example.first_difference || *example.first_difference >= end) return false;
  if (*example.first_difference == 0 || is_at_a_border(example)) return false;
  std::size_t alike = 0;
  for (const TransferRecord& row : record.transfers.failures()) {
    if (!of_the_server(row) || row.op != example.op || row.fixture != example.fixture) continue;
    if (row.first_difference && row.first_difference != example.first_difference) return false;
    if (row.first_difference) ++alike;
  }
  return alike > 1;
}

bool some_copies_were_overwritten(const record::RunRecord& record) {
  return any_failure(record, [](const TransferRecord& row) {
    return row.error == TransferError::none && !row.identical.value_or(true) &&
           !row.detail.starts_with(protocol::copy_ends_early);
  });
}

bool has_another_header(const TransferRecord& row) {
  constexpr std::string_view begins = "begins with \"";
  constexpr std::size_t header_max = 32;  // four bytes that are no text, escaped, and more
  const auto quote = row.detail.find(begins);
  if (quote == std::string::npos) return false;
  const auto heard = std::string_view(row.detail).substr(quote + begins.size());
  const auto reply = std::min(heard.find("OK"), heard.find("ERR"));
  if (reply == 0 || reply > header_max) return false;
  // Digits, blanks, marks, and the escapes of a binary number.
  return heard.substr(0, reply).find_first_not_of("0123456789abcdefABCDEFxX \\.,:;tnr") ==
         std::string_view::npos;
}

bool announces_more_than_any_file(const TransferRecord& row) {
  constexpr std::string_view announced = "announced ";
  constexpr std::size_t digits_max = 15;  // up to a PiB
  const auto at = row.detail.find(announced);
  if (at == std::string::npos) return false;
  const auto digits = std::string_view(row.detail).substr(at + announced.size());
  return std::min(digits.find_first_not_of("0123456789"), digits.size()) > digits_max;
}

bool well_formed_replies_came(const record::RunRecord& record) {
  const auto kinds = record.transfers.errors_by_kind(record::Arm::server);
  const auto of = [&](TransferError error) {
    return kinds[static_cast<std::size_t>(error)];
  };
  const auto total = record.transfers.total(record::Arm::server);
  return total.transfers > total.errors || of(TransferError::refused) > 0 ||
         of(TransferError::wrong_size) > 0 || of(TransferError::too_long) > 0;
}

bool only_empty_files_are_refused(const record::RunRecord& record) {
  const auto is_refused = [](const TransferRecord& row) {
    return row.error == TransferError::refused;
  };
  return any_failure(record, is_refused) && !any_failure(record, [&](const TransferRecord& row) {
           return is_refused(row) &&
                  (row.fixture >= record.fixtures.size() || record.fixtures[row.fixture].size > 0);
         });
}

bool content_came_before_a_reset(const record::RunRecord& record) {
  return any_failure(record, [](const TransferRecord& row) {
    return row.error == TransferError::reset && (row.bytes > 0 || row.first_byte_ms);
  });
}

std::uint64_t stopped_at(const TransferRecord& row) {
  return row.first_difference.value_or(row.bytes);
}

bool stops_at_nul_bytes(const record::RunRecord& record) {
  const auto nul_of = [&](std::uint16_t fixture) {
    return fixture < record.fixtures.size() ? record.fixtures[fixture].first_nul : std::nullopt;
  };
  for (const auto& [key, count] : record.transfers.counts()) {
    if (key.arm != record::Arm::server || key.op != Op::get || count.transfers == 0) continue;
    const bool right = count.identical == count.transfers;
    const bool wrong = count.identical == 0;
    if (nul_of(key.fixture) ? !wrong : !right) return false;
  }
  bool some_bytes_came = false;
  for (const TransferRecord& row : record.transfers.failures()) {
    if (!of_the_server(row) || row.op != Op::get) continue;
    if (nul_of(row.fixture) != stopped_at(row)) return false;
    some_bytes_came = some_bytes_came || row.bytes > 0;
  }
  return some_bytes_came;
}

bool only_replacing_fails(const record::RunRecord& record) {
  const auto is_wrong_put = [](const TransferRecord& row) {
    return row.op == Op::put && row.error == TransferError::none;
  };
  const auto met_an_older_file = [](const TransferRecord& row) {
    return row.detail.find(protocol::older_file_was_there) != std::string::npos;
  };
  return any_failure(record, is_wrong_put) && !any_failure(record, [&](const TransferRecord& row) {
           return is_wrong_put(row) && !met_an_older_file(row);
         });
}

bool other_files_came(const record::RunRecord& record) {
  return any_failure(record, [&](const TransferRecord& row) {
    const auto other = record::other_fixture_sent(record, row);
    return other && !other->also_a_beginning;
  });
}

bool others_were_served_meanwhile(const record::RunRecord& record, const TransferRecord& waited) {
  const double until_s = waited.start_s + record.plan.clients.transfer_deadline_s;
  const auto points = record.transfers.points();
  const bool whole = std::any_of(points.begin(), points.end(), [&](const record::TransferPoint& point) {
    return point.arm == record::Arm::server && point.client != waited.client &&
           point.error == TransferError::none && point.start_s < until_s &&
           point.start_s + static_cast<double>(point.transfer_ms) / 1000 >= waited.start_s;
  });
  return whole || any_failure(record, [&](const TransferRecord& row) {
           return row.client != waited.client && row.first_byte_ms && row.start_s < until_s &&
                  row.start_s + *row.first_byte_ms / 1000 >= waited.start_s;
         });
}

bool computes_for_this_file(const record::RunRecord& record, const TransferRecord& waited) {
  constexpr double busy_share_min = 0.5;
  const auto* count = count_of(record, waited);
  if (count == nullptr || count->errors < count->transfers) return false;
  if (record.transfers.total(record::Arm::server).identical == 0) return false;
  double busy_s = 0;
  double cpu_s = 0;
  for (const auto& block : record.blocks) {
    const bool of_it_alone = block.fixtures.size() == 1 && block.fixtures.front() == waited.fixture;
    if (block.arm != record::Arm::server || block.op != waited.op || !of_it_alone) continue;
    if (!block.server_cpu_s) continue;
    busy_s += block.busy_s;
    cpu_s += *block.server_cpu_s;
  }
  return busy_s > 0 && cpu_s >= busy_share_min * busy_s;
}

}  // namespace bftp::report
