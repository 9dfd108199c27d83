#include <fmt/format.h>

#include <algorithm>

#include "harness/judge/limits.hpp"
#include "harness/judge/statistics/proportion.hpp"
#include "harness/judge/transfer_clauses.hpp"
#include "harness/judge/wording.hpp"
#include "harness/record/all_transfers.hpp"
#include "harness/record/other_fixture.hpp"
#include "protocol/copy_words.hpp"

namespace bftp::judge {
namespace {

using record::TransferRecord;

std::vector<const TransferRecord*> differing(const record::RunRecord& record) {
  std::vector<const TransferRecord*> rows;
  for (const TransferRecord& row : record.transfers.failures()) {
    if (row.arm == record::Arm::server && row.error == record::TransferError::none &&
        !row.identical.value_or(true))
      rows.push_back(&row);
  }
  return rows;
}

std::string where(const record::RunRecord& record, const TransferRecord& row) {
  const auto& fixture = record.fixtures.at(row.fixture);
  std::string text = fmt::format("{} of {} by client {}, {}: ", row.op == record::Op::put ? "PUT" : "GET",
                                 quoted(fixture.name), row.client, record::iteration_text(row.iteration));
  if (row.op == record::Op::put && !row.detail.empty()) return text + quoted(row.detail, 300) + ".";
  text += row.first_difference ? fmt::format("the first byte that differs is at offset {} of {}",
                                             *row.first_difference, fixture.size)
                               : std::string("the SHA-256 differs");
  text += fmt::format("; {} bytes came for {}.", row.bytes, fixture.size);
  if (const auto other = record::other_fixture_sent(record, row); other && !other->also_a_beginning)
    text += fmt::format(" They are {}, byte for byte.", quoted(record.fixtures[other->fixture].name));
  return text;
}

bool always(const std::vector<const TransferRecord*>& rows, bool (*holds)(std::uint64_t offset)) {
  return !rows.empty() && std::all_of(rows.begin(), rows.end(), [holds](const TransferRecord* row) {
    return row->first_difference && *row->first_difference > 0 && holds(*row->first_difference);
  });
}

bool is_only_the_beginning(const TransferRecord* row) {
  return row->detail.starts_with(protocol::copy_ends_early);
}

bool met_an_older_file(const TransferRecord* row) {
  return row->detail.find(protocol::older_file_was_there) != std::string::npos;
}

std::string likely_cause(const record::RunRecord& record, const std::vector<const TransferRecord*>& rows) {
  if (!rows.empty() && std::all_of(rows.begin(), rows.end(), met_an_older_file))
    return "Only a PUT onto a name that was there came out wrong: the older file is not replaced. Look for a "
           "file that is opened for appending, or opened without cutting off what it held.";
  const bool another_file = std::any_of(rows.begin(), rows.end(), [&](const TransferRecord* row) {
    const auto other = record::other_fixture_sent(record, *row);
    return other && !other->also_a_beginning;
  });
  if (another_file)
    return "The bytes of another file came. Look for a name, path or open file that belongs to all clients "
           "and not to one, and for a cache that finds the wrong entry.";
  if (!rows.empty() && std::all_of(rows.begin(), rows.end(), is_only_the_beginning))
    return "Every byte that was stored is right, and the rest is missing. Look for a recv() that is called "
           "once and taken for the whole file, for a loop that ends at the first short piece, and for a file "
           "that is looked at before it was closed or flushed.";
  if (always(rows, [](std::uint64_t offset) { return offset % 512 == 0; }))
    return "Every difference starts at a multiple of 512: at the border of a buffer. Look for a buffer that "
           "is sent whole after a "
           "short read, filled again before it was sent, or shared by two clients.";
  const bool same = !rows.empty() && std::all_of(rows.begin(), rows.end(), [&](const TransferRecord* row) {
    return row->first_difference == rows.front()->first_difference && row->fixture == rows.front()->fixture;
  });
  if (same && rows.size() > 1)
    return "The difference is always at the same place, so it is no accident of timing. Look for a byte that "
           "is treated as special: "
           "a line end that is translated (text mode instead of binary), a NUL that ends a string, a "
           "character that is decoded.";
  return "Single copies differ at changing places. Look for memory that several threads or clients share "
         "without a lock, for a "
         "buffer that is used again too early, or for the result of send() or recv() not being used as the "
         "length.";
}

class Copies final : public Check {
 public:
  std::string_view id() const override { return "identity.copies"; }
  Category category() const override { return Category::identity; }
  std::string_view title() const override { return "Every copy is identical"; }
  std::string_view about() const override {
    return "Every copy that arrived whole, fetched or stored, is compared with the fixture by SHA-256 (or "
           "byte by byte), outside "
           "the timed window. A clean count is a bound: n copies without a difference exclude a rate above "
           "about 3/n.";
  }
  std::vector<LimitSpec> limits() const override {
    return {
        {"different_max", 0, "copies", "a file server that changes one byte of one copy cannot be trusted"}};
  }
  bool needs_confirmation() const override { return false; }

  Verdict judge(const Evidence& evidence, const LimitValues& limits) const override {
    const auto total = record::all_transfers(evidence.record, record::Arm::server);
    const std::uint64_t compared = total.identical + total.different;
    Verdict verdict = begin(*this, evidence);
    const double allowed = limit(*this, limits, "different_max");
    verdict.limit = allowed == 0 ? "none may differ" : fmt::format("at most {} may differ", allowed);
    verdict.expected =
        "A GET delivers the file as it was at one instant, a PUT stores exactly the bytes that were sent.";
    verdict.clauses = transfer_clauses(evidence.record);
    if (total.transfers == 0) return skipped(std::move(verdict), "Nothing was transferred.");
    if (evidence.record.plan.clients.verify == protocol::Verify::none)
      return inconclusive(std::move(verdict), "No copy was compared: verification was off.",
                          "Run with --verify sha256 or --verify bytes.");
    if (compared == 0)
      return inconclusive(std::move(verdict), "No copy could be compared: no transfer came to its end.",
                          "Mend the errors that identity.errors names.");
    verdict.series.push_back(
        count_so_far(evidence.record, "Copies that differ", [](const record::TransferPoint& point) {
          return point.error == record::TransferError::none && point.differs;
        }));
    verdict.measured = fmt::format("{} of {} differ", total.different, counted(compared, "copy"));
    const auto control = record::all_transfers(evidence.record, record::Arm::control);
    if (static_cast<double>(total.different) > allowed && !control_was_changed(evidence.record) &&
        statistics::may_be_the_same_share({total.different, compared},
                                          {control.different, control.identical + control.different}))
      return inconclusive(
          std::move(verdict),
          fmt::format(
              "{} of {} differ from the original, and so do {} of {} of the reference server beside it.",
              total.different, counted(compared, "copy"), control.different,
              control.identical + control.different),
          "Suspect this machine, its memory or its disk, before the server, and run on another one.");
    if (static_cast<double>(total.different) > allowed)
      return failed(std::move(verdict), evidence.record, total.different, compared);
    return passed(std::move(verdict), total, compared);
  }

 private:
  static Verdict failed(Verdict verdict, const record::RunRecord& record, std::uint64_t different,
                        std::uint64_t compared) {
    const auto rows = differing(record);
    const auto range = statistics::clopper_pearson(different, compared);
    verdict.status = Status::fail;
    verdict.severity = Severity::critical;
    verdict.summary = fmt::format("{} of {} differ from the original.", different, counted(compared, "copy"));
    verdict.confidence = fmt::format("between {} and {} of copies, at 95 % confidence", percent(range->low),
                                     percent(range->high));
    for (std::size_t i = 0; i < std::min<std::size_t>(rows.size(), 3); ++i) {
      verdict.happened += (i > 0 ? " " : "") + where(record, *rows[i]);
      if (!rows[i]->evidence.empty()) verdict.evidence_files.push_back(rows[i]->evidence);
    }
    if (verdict.happened.empty()) verdict.happened = verdict.summary;
    verdict.cause = destroys_what_it_serves(record);
    if (verdict.cause.empty()) verdict.cause = likely_cause(record, rows);
    if (!rows.empty()) verdict.reproduce = reproduce(record, record.fixtures.at(rows.front()->fixture).name);
    return verdict;
  }

  static Verdict passed(Verdict verdict, const record::TransferCount& total, std::uint64_t compared) {
    verdict.status = Status::pass;
    verdict.confidence = fmt::format("corruption below {} at 95 % confidence",
                                     percent(*statistics::upper_bound(total.different, compared)));
    verdict.summary = total.different > 0 ? within_the_plan(verdict.measured)
                      : compared == 1
                          ? std::string("The only copy is identical to the original.")
                          : fmt::format("All {} are identical to the original.", counted(compared, "copy"));
    return verdict;
  }
};

BFTP_REGISTER_CHECK(Copies)

}  // namespace
}  // namespace bftp::judge
