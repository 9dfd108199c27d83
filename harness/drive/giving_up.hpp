#pragma once

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "fixtures/fixture.hpp"
#include "harness/drive/batch_runner.hpp"
#include "harness/plan/plan.hpp"
#include "harness/record/run_record.hpp"

namespace bftp::drive {

/// What a run tries no more, since it went unanswered and each further try would cost a wait. No transfer is
/// cut short for it: what is left out has not begun, and the run has failed already (identity.errors). Pure;
/// one thread.
///
///  - A fixture whose every transfer of a batch went unanswered: of one that has never come, or that is
///    `in_a_row_certain` transfers at least.
///  - An operation of which nothing came yet, over `fixtures_certain` fixtures or all that there are.
///  - An operation with `unanswered_certain` unanswered transfers that have cost the run `lost_s_min`, and a
///    fifth of its time.
///  - Everything, once one of these is met and the rounds have taken longer, without what was waited in vain,
///  than
///    a healthy run is promised to take: the server is slow as well.
class GivingUp {
 public:
  static constexpr std::uint64_t unanswered_wary = 3;
  static constexpr std::size_t in_a_row_certain = 3;
  static constexpr std::size_t fixtures_certain = 3;
  static constexpr std::uint64_t unanswered_certain = 10;
  static constexpr double lost_s_min = 45;
  static constexpr double lost_share_min = 0.2;
  static constexpr double rounds_s_min = 60;
  /// 100 iterations are promised to be over in 3 minutes.
  static constexpr double s_of_iteration = 1.8;

  GivingUp(const plan::Plan& plan, const std::vector<fixtures::Fixture>& fixtures)
      : plan_(plan), fixtures_(fixtures) {}

  bool includes(protocol::Op op, std::uint32_t fixture) const { return left_out_.contains({op, fixture}); }
  /// Nothing of the plan is left to be transferred.
  bool includes_all() const;
  /// Several transfers went unanswered: batches had better be short from now on.
  bool is_wary() const { return unanswered_ >= unanswered_wary; }

  /// What a batch brought that ended at `end_s`, as rows' start_s count; `whose` names the server where there
  /// are several. Returns what is to be said of it.
  std::vector<record::Warning> note(const Batch& batch, const BatchResult& result, double end_s,
                                    const std::string& whose = {});
  /// The rounds have taken `rounds_s` so far.
  std::vector<record::Warning> note_time(double rounds_s);

 private:
  struct Count {
    std::uint64_t tried = 0, unanswered = 0;
    double lost_s = 0;  ///< waited in vain, by the client that waited longest in each batch
    std::set<std::uint32_t> hung_fixtures, answered_fixtures;
    bool given_up = false;
  };

  bool nothing_comes(const Count& count) const;
  bool costs_too_much(const Count& count, double now_s) const;
  std::string names_of(const std::set<std::uint32_t>& fixtures) const;
  record::Warning give_up(protocol::Op op, const std::string& whose);
  std::vector<record::Warning> give_up_fixtures(const Batch& batch, const BatchResult& result,
                                                const std::string& whose);

  const plan::Plan& plan_;
  const std::vector<fixtures::Fixture>& fixtures_;
  std::set<std::pair<protocol::Op, std::uint32_t>> left_out_;
  std::map<protocol::Op, Count> counts_;
  std::uint64_t unanswered_ = 0;
};

/// Nobody answered, or not to the end in time.
bool is_unanswered(const record::TransferRecord& row);

/// How long the client that waited longest in vain did so, in a batch that ended at `end_s`; at most
/// `deadline_s` for each transfer.
double waited_in_vain_s(const std::vector<record::TransferRecord>& rows, double end_s, double deadline_s);

}  // namespace bftp::drive
