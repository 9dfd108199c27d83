#include "harness/drive/giving_up.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace bftp::drive {

using protocol::Op;
using record::TransferRecord;
using record::Warning;

namespace {

std::string upper(Op op) {
  return op == Op::put ? "PUT" : "GET";
}

}  // namespace

bool is_unanswered(const TransferRecord& row) {
  return row.error == record::TransferError::deadline || row.error == record::TransferError::connect_failed;
}

double waited_in_vain_s(const std::vector<TransferRecord>& rows, double end_s, double deadline_s) {
  std::map<std::uint16_t, double> next_start_s;  // of each client, from its last transfer to its first
  std::map<std::uint16_t, double> waited_s;
  for (auto row = rows.rbegin(); row != rows.rend(); ++row) {
    const auto next = next_start_s.try_emplace(row->client, end_s).first;
    if (is_unanswered(*row))
      waited_s[row->client] += std::clamp(next->second - row->start_s, 0.0, deadline_s);
    next->second = row->start_s;
  }
  double longest_s = 0;
  for (const auto& [client, waited] : waited_s) longest_s = std::max(longest_s, waited);
  return longest_s;
}

bool GivingUp::includes_all() const {
  return !plan_.ops.empty() && std::all_of(plan_.ops.begin(), plan_.ops.end(), [this](Op op) {
    for (std::uint32_t fixture = 0; fixture < fixtures_.size(); ++fixture)
      if (!includes(op, fixture)) return false;
    return true;
  });
}

std::vector<Warning> GivingUp::note(const Batch& batch, const BatchResult& result, double end_s,
                                    const std::string& whose) {
  Count& count = counts_[batch.op];
  for (const TransferRecord& row : result.records) {
    if (row.error == record::TransferError::worker_died) continue;
    ++count.tried;
    if (!is_unanswered(row)) {
      count.answered_fixtures.insert(row.fixture);
      continue;
    }
    ++count.unanswered;
    ++unanswered_;
    count.hung_fixtures.insert(row.fixture);
  }
  count.lost_s += waited_in_vain_s(result.records, end_s, plan_.clients.transfer_deadline_s);
  if (count.given_up) return {};
  if (nothing_comes(count) || costs_too_much(count, end_s)) return {give_up(batch.op, whose)};
  return give_up_fixtures(batch, result, whose);
}

bool GivingUp::nothing_comes(const Count& count) const {
  return count.unanswered > 0 && count.unanswered == count.tried &&
         count.hung_fixtures.size() >= std::min(fixtures_certain, fixtures_.size());
}

bool GivingUp::costs_too_much(const Count& count, double now_s) const {
  return count.unanswered >= unanswered_certain &&
         count.lost_s >= std::max(lost_s_min, lost_share_min * now_s);
}

std::vector<Warning> GivingUp::note_time(double rounds_s) {
  double waited_s = 0;
  for (const auto& [op, count] : counts_) waited_s += count.lost_s;
  const bool has_failed = unanswered_ >= unanswered_certain || !left_out_.empty();
  const double promised_s = std::max(rounds_s_min, s_of_iteration * static_cast<double>(plan_.iterations));
  if (!has_failed || rounds_s - waited_s <= promised_s || includes_all()) return {};
  for (const Op op : plan_.ops) {
    counts_[op].given_up = true;
    for (std::uint32_t fixture = 0; fixture < fixtures_.size(); ++fixture) left_out_.insert({op, fixture});
  }
  return {
      {record::gave_up_warning,
       fmt::format("{} transfers ended without an answer, and beside these the others took {:.0f} s without "
                   "being done, so the rest was left out; a healthy run of {} iterations takes no more than "
                   "{:.0f} s",
                   unanswered_, rounds_s - waited_s, plan_.iterations, promised_s)}};
}

Warning GivingUp::give_up(Op op, const std::string& whose) {
  Count& count = counts_[op];
  count.given_up = true;
  std::set<std::uint32_t> untried;
  for (std::uint32_t fixture = 0; fixture < fixtures_.size(); ++fixture)
    if (left_out_.insert({op, fixture}).second) untried.insert(fixture);
  return {record::gave_up_warning,
          fmt::format(
              "{} of {} {}s ended without an answer{} and cost {:.0f} s of waiting, so the rest of the "
              "{}s was left out{}",
              count.unanswered, count.tried, upper(op), whose, count.lost_s, upper(op), names_of(untried))};
}

/// In parentheses, the first few; empty where all fixtures are meant.
std::string GivingUp::names_of(const std::set<std::uint32_t>& fixtures) const {
  if (fixtures.empty() || fixtures.size() == fixtures_.size()) return {};
  constexpr std::size_t named_max = 4;
  std::string names;
  std::size_t named = 0;
  for (const std::uint32_t fixture : fixtures) {
    if (named == named_max) {
      names += fmt::format(" and {} more", fixtures.size() - named);
      break;
    }
    names += (named++ == 0 ? "" : ", ") + fixtures_[fixture].name;
  }
  return " (" + names + ")";
}

std::vector<Warning> GivingUp::give_up_fixtures(const Batch& batch, const BatchResult& result,
                                                const std::string& whose) {
  std::vector<Warning> warnings;
  for (const std::uint32_t fixture : batch.fixtures) {
    std::size_t tried = 0;
    std::size_t hung = 0;
    for (const TransferRecord& row : result.records) {
      if (row.fixture != fixture || row.error == record::TransferError::worker_died) continue;
      ++tried;
      if (is_unanswered(row)) ++hung;
    }
    const bool has_come = counts_[batch.op].answered_fixtures.contains(fixture);
    if (tried == 0 || hung < tried || (has_come && hung < in_a_row_certain) ||
        !left_out_.insert({batch.op, fixture}).second)
      continue;
    warnings.push_back(
        {record::gave_up_warning,
         fmt::format(
             "every one of {} transfers ({} of {}) ended without an answer{}, so no more of these were tried",
             tried, protocol::to_string(batch.op), fixtures_[fixture].name, whose)});
  }
  return warnings;
}

}  // namespace bftp::drive
