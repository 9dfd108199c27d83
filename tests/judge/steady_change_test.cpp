#include "harness/judge/steady_change.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "record_builder.hpp"

namespace bftp::judge::testing {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

Verdict judged(const std::vector<double>& factors) {
  const auto record = RecordBuilder{}.build();
  std::vector<RoundFigure> figures;
  for (const double factor : factors)
    figures.push_back({static_cast<std::uint32_t>(figures.size() + 1), std::log(factor)});
  return judge_change({}, {record, false}, {"", figures, {}, {}, {}}, {}, {"The time", "a list", "ratio"});
}

std::vector<RoundFigure> figures_from(const std::vector<double>& values) {
  std::vector<RoundFigure> figures;
  for (const double value : values)
    figures.push_back({static_cast<std::uint32_t>(figures.size() + 1), std::log(value)});
  return figures;
}

std::vector<double> ratios(const std::vector<double>& ours, const std::vector<double>& theirs) {
  std::vector<double> result;
  for (std::size_t i = 0; i < ours.size(); ++i) result.push_back(ours[i] / theirs[i]);
  return result;
}

Verdict judged_beside(const std::vector<double>& server, const std::vector<double>& control) {
  RecordBuilder builder;
  builder.control = true;
  const auto record = builder.build();
  return judge_change({}, {record, false},
                      {"", figures_from(server), figures_from(ratios(server, control)), {}, {}}, {},
                      {"The time", "a list", "ratio"});
}

/// Of the repeats, in multiples of the reference server's; `before` are the first pass's.
Verdict judged_again(const std::vector<double>& repeats, const std::vector<double>& before) {
  RecordBuilder builder;
  builder.control = builder.confirmation = true;
  const auto record = builder.build();
  std::vector<double> both = before;
  both.insert(both.end(), repeats.begin(), repeats.end());
  ChangePart part{"", figures_from(repeats), figures_from(repeats), {}, {}};
  if (!before.empty()) part.both_passes = figures_from(both);
  return judge_change({}, {record, true}, part, {}, {"The time", "a list", "ratio"});
}

/// A list that is searched: from 1 to 2.5 in the first pass, and on to 4, by a smaller factor and in noise.
TEST(SteadyChange, RepeatsInNoiseAreSeenTogetherWithTheFirstPass) {
  const std::vector<double> first{1, 1.2, 1.35, 1.6, 1.7, 1.95, 2.1, 2.3, 2.5};
  const std::vector<double> repeats{3.0, 2.4, 3.4, 2.6, 3.6, 2.9, 3.3, 3.8, 3.1, 4.2};
  EXPECT_NE(judged_again(repeats, {}).status, Status::fail) << "by themselves they are not certain";
  const auto verdict = judged_again(repeats, first);
  EXPECT_EQ(verdict.status, Status::fail);
  EXPECT_THAT(verdict.measured, HasSubstr("both passes together"));
  EXPECT_GT(verdict.p_value.value_or(0), 0.01) << "of the repeats by themselves";
  EXPECT_LT(verdict.p_value_of_both.value_or(1), 0.001);
}

TEST(SteadyChange, ARiseThatCameToItsEndIsNoneInBothPasses) {
  const std::vector<double> first{1, 1.2, 1.35, 1.6, 1.7, 1.95, 2.1, 2.3, 2.5};
  const std::vector<double> level{2.5, 2.7, 2.4, 2.6, 2.4, 2.8, 2.5, 2.6, 2.8, 2.6};
  const auto verdict = judged_again(level, first);
  EXPECT_NE(verdict.status, Status::fail) << verdict.measured << verdict.confidence;
}

/// CPU seconds of a PUT of 64 MiB by round, of a healthy server and of the reference server, as they were
/// measured on a virtual machine whose memory was touched for the first time in the first rounds.
TEST(SteadyChange, AControlThatBecameCheaperIsNoRise) {
  const std::vector<double> server = {.116, .1054, .0758, .061, .0905, .0758, .0752, .0659, .0803};
  const std::vector<double> control = {.1454, .1898, .0565, .0558, .0522, .0422, .047, .0363, .0387};
  const Verdict verdict = judged_beside(server, control);
  EXPECT_EQ(verdict.status, Status::pass) << verdict.summary << verdict.confidence;
  EXPECT_THAT(verdict.summary, HasSubstr("only because that became faster"));
}

/// Milliseconds by round of a server that takes 5 µs more for each transfer than for the one before, and of
/// the reference server, as they were measured in the repeats while compilers ran.
const std::vector<double> slow_server = {31.38, 34.06, 36.89, 39.10, 42.25,
                                         44.30, 47.94, 49.89, 51.90, 55.40};
const std::vector<double> restless_control = {1.17, 1.32, .47, .60, 1.04, .40, .77, .74, .37, .42};

TEST(SteadyChange, ARiseFarAboveWhatTheControlVariesIsFound) {
  const Verdict verdict = judged_beside(slow_server, restless_control);
  EXPECT_EQ(verdict.status, Status::fail) << verdict.summary << verdict.confidence;
  EXPECT_THAT(verdict.confidence, HasSubstr("far more than the reference server varied"));
  EXPECT_LT(verdict.p_value.value_or(1), 0.001);
}

TEST(SteadyChange, BesideARestlessControlALevelServerDoesNotRise) {
  EXPECT_NE(judged_beside(std::vector<double>(10, 40.0), restless_control).status, Status::fail);
  std::vector<double> steps(10, 40.0);
  std::fill(steps.begin() + 5, steps.end(), 60.0);
  EXPECT_NE(judged_beside(steps, restless_control).status, Status::fail) << "a step is no steady rise";
  std::vector<double> both = slow_server, control;
  for (const double ms : slow_server) control.push_back(ms / 40);
  EXPECT_EQ(judged_beside(both, control).status, Status::pass) << "the machine slows down both";
}

TEST(SteadyChange, ARiseThatAFasterMachineHalvesIsFound) {
  std::vector<double> server, control;
  for (int round = 0; round < 12; ++round) {
    const double machine = 1 - 0.02 * round;
    control.push_back(machine);
    server.push_back(machine * (1 + 0.06 * round));
  }
  EXPECT_EQ(judged_beside(server, control).status, Status::fail);
}

TEST(SteadyChange, FewRoundsThatStayWithinTheLimitPassWithWhatTheyExclude) {
  for (const auto& factors : std::vector<std::vector<double>>{
           {1, 1.04, 0.98}, {1, 1.2, 1.5}, {1, 1, 1, 1}, {1, 1.1, 1, 1.2, 1.1}}) {
    const Verdict verdict = judged(factors);
    EXPECT_EQ(verdict.status, Status::pass) << verdict.summary << verdict.confidence;
    EXPECT_THAT(verdict.summary, Not(HasSubstr("steadily")));
  }
  EXPECT_THAT(judged({1, 1.2, 1.5}).summary, HasSubstr("rose by no more than"));
  EXPECT_THAT(judged({1, 0.9, 0.8}).summary, HasSubstr("did not rise over 3 rounds"));
}

/// +129 % with +86 to +181 % had passed as "does not rise".
TEST(SteadyChange, FewRoundsThatRiseBeyondTheLimitAreInconclusive) {
  for (const auto& factors :
       std::vector<std::vector<double>>{{1, 1.41, 2.51}, {1, 3, 9}, {1, 1.6, 2.4, 3.9}}) {
    const Verdict verdict = judged(factors);
    EXPECT_EQ(verdict.status, Status::inconclusive)
        << verdict.measured << verdict.confidence << verdict.summary;
    EXPECT_THAT(verdict.summary, HasSubstr("rose by"));
    EXPECT_THAT(verdict.settle, HasSubstr("7 rounds"));
  }
}

TEST(SteadyChange, FewRoundsThatMayHaveRisenBeyondTheLimitSayNothing) {
  for (const auto& factors : std::vector<std::vector<double>>{{1, 0.9, 2.2}, {1, 1.05, 1.86}, {1, 4, 1}}) {
    const Verdict verdict = judged(factors);
    EXPECT_EQ(verdict.status, Status::skip) << verdict.measured << verdict.confidence << verdict.summary;
    EXPECT_THAT(verdict.summary, HasSubstr("tell too little"));
  }
}

TEST(SteadyChange, ManyRoundsTellAStepFromASlope) {
  EXPECT_EQ(judged({1, 1.2, 1.5, 1.8, 2.2, 2.6, 3.2, 3.9}).status, Status::fail);
  const Verdict step = judged({1, 1, 1, 1, 3, 3, 3, 3});
  EXPECT_EQ(step.status, Status::pass);
  EXPECT_EQ(judged({1, 1, 1, 1, 1, 1, 1, 1}).summary, "The time does not rise steadily over the run.");
}

}  // namespace
}  // namespace bftp::judge::testing
