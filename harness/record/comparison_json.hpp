#pragma once

#include "harness/record/comparison.hpp"
#include "harness/record/json_fields.hpp"

/// For run_record_json.cpp alone, which describes the types that these consist of.
namespace bftp::record {

template <class V, json::ConstOr<BlockFigures> S>
void describe(V& visit, S& figures) {
  visit("start_s", figures.start_s);
  visit("busy_s", figures.busy_s);
  visit("transfers", figures.transfers);
  visit("failed", figures.failed);
  visit("bytes", figures.bytes);
  visit("p50_ms", figures.p50_ms);
  visit("p90_ms", figures.p90_ms);
  visit("p99_ms", figures.p99_ms);
  visit("first_byte_ms", figures.first_byte_ms);
  visit("server_cpu_s", figures.server_cpu_s);
  visit("other_cpu_s", figures.other_cpu_s);
}

template <class V, json::ConstOr<PairRecord> S>
void describe(V& visit, S& pair) {
  visit("round", pair.round);
  visit("clients", pair.clients);
  visit("op", pair.op);
  visit("fixture", pair.fixture);
  visit("base_first", pair.base_first);
  visit("base", pair.base);
  visit("head", pair.head);
}

template <class V, json::ConstOr<ArmRound> S>
void describe(V& visit, S& round) {
  visit("round", round.round);
  visit("arm", round.arm);
  visit("ready_s", round.ready_s);
  visit("peak_mib", round.peak_mib);
  visit("middle_mib", round.middle_mib);
  visit("end_mib", round.end_mib);
  visit("transfers_between", round.transfers_between);
}

template <class V, json::ConstOr<UnansweredWork> S>
void describe(V& visit, S& work) {
  visit("arm", work.arm);
  visit("clients", work.clients);
  visit("op", work.op);
  visit("fixture", work.fixture);
  visit("waited_s", work.waited_s);
}

template <class V, json::ConstOr<Comparison> S>
void describe(V& visit, S& comparison) {
  visit("base", comparison.base);
  visit("client_counts", comparison.client_counts);
  visit("gates", comparison.gates);
  visit("smallest_effect", comparison.smallest_effect);
  visit("max_time_s", comparison.max_time_s);
  visit("until_conclusive", comparison.until_conclusive);
  visit("looks", comparison.looks);
  visit("server_cpus", comparison.server_cpus);
  visit("worker_cpus", comparison.worker_cpus);
  visit("pairs", comparison.pairs);
  visit("arm_rounds", comparison.arm_rounds);
  visit("unanswered", comparison.unanswered);
}

}  // namespace bftp::record
