#include "harness/record/words.hpp"

#include "harness/record/run_record.hpp"

namespace bftp::record {
namespace {

constexpr WordTable<Arm, 5> arm_words{{{Arm::server, "server"},
                                       {Arm::control, "control"},
                                       {Arm::control_b, "control_b"},
                                       {Arm::base, "base"},
                                       {Arm::head, "head"}}};

constexpr WordTable<QuietKind, 7> quiet_words{{{QuietKind::baseline, "baseline"},
                                               {QuietKind::round, "round"},
                                               {QuietKind::settled, "settled"},
                                               {QuietKind::refused, "refused"},
                                               {QuietKind::aborted, "aborted"},
                                               {QuietKind::replaced, "replaced"},
                                               {QuietKind::others, "other_verbs"}}};

constexpr WordTable<WatchKind, 4> watch_words{{{WatchKind::idle, "idle"},
                                               {WatchKind::stalled, "stalled"},
                                               {WatchKind::half_open, "half_open"},
                                               {WatchKind::aborted, "aborted"}}};

constexpr WordTable<RuntimeKind, 7> runtime_words{{{RuntimeKind::unknown, "unknown"},
                                                   {RuntimeKind::hotspot, "hotspot"},
                                                   {RuntimeKind::dotnet, "dotnet"},
                                                   {RuntimeKind::v8, "v8"},
                                                   {RuntimeKind::go, "go"},
                                                   {RuntimeKind::ruby, "ruby"},
                                                   {RuntimeKind::cpython, "cpython"}}};

constexpr WordTable<RunState, 6> state_words{{{RunState::running, "running"},
                                              {RunState::complete, "complete"},
                                              {RunState::interrupted, "interrupted"},
                                              {RunState::server_died, "server_died"},
                                              {RunState::time_up, "time_up"},
                                              {RunState::failed, "failed"}}};

constexpr WordTable<Bounded, 2> bounded_words{
    {{Bounded::memory, "memory"}, {Bounded::processes, "processes"}}};

constexpr WordTable<CaseResult, 6> case_result_words{{{CaseResult::kept, "kept"},
                                                      {CaseResult::tolerated, "tolerated"},
                                                      {CaseResult::broken, "broken"},
                                                      {CaseResult::seen_once, "seen_once"},
                                                      {CaseResult::unknown, "unknown"},
                                                      {CaseResult::skipped, "skipped"}}};

constexpr WordTable<CaseDemand, 3> case_demand_words{
    {{CaseDemand::must, "must"}, {CaseDemand::asked, "asked"}, {CaseDemand::should, "should"}}};

}  // namespace

const char* to_string(Arm arm) {
  return word_of(arm_words, arm);
}
std::optional<Arm> arm_from(std::string_view word) {
  return value_of(arm_words, word);
}
const char* to_string(QuietKind kind) {
  return word_of(quiet_words, kind);
}
std::optional<QuietKind> quiet_kind_from(std::string_view word) {
  return value_of(quiet_words, word);
}
const char* to_string(WatchKind kind) {
  return word_of(watch_words, kind);
}
std::optional<WatchKind> watch_kind_from(std::string_view word) {
  return value_of(watch_words, word);
}
const char* to_string(RuntimeKind kind) {
  return word_of(runtime_words, kind);
}
std::optional<RuntimeKind> runtime_kind_from(std::string_view word) {
  return value_of(runtime_words, word);
}
const char* to_string(RunState state) {
  return word_of(state_words, state);
}
std::optional<RunState> run_state_from(std::string_view word) {
  return value_of(state_words, word);
}
const char* to_string(Bounded what) {
  return word_of(bounded_words, what);
}
std::optional<Bounded> bounded_from(std::string_view word) {
  return value_of(bounded_words, word);
}
const char* to_string(CaseResult result) {
  return word_of(case_result_words, result);
}
std::optional<CaseResult> case_result_from(std::string_view word) {
  return value_of(case_result_words, word);
}
const char* to_string(CaseDemand demand) {
  return word_of(case_demand_words, demand);
}
std::optional<CaseDemand> case_demand_from(std::string_view word) {
  return value_of(case_demand_words, word);
}

}  // namespace bftp::record
