#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "harness/judge/growth_rate.hpp"

namespace bftp::judge {

enum class Status : std::uint8_t { pass, fail, warn, inconclusive, skip };
enum class Severity : std::uint8_t { info, minor, major, critical };
enum class Category : std::uint8_t {
  identity,
  uniformity,
  cpu,
  memory,
  handles,
  framing,
  conformance,
  hostile,
  network,
  concurrency,
  lifecycle,
  client,
  harness
};

const char* to_string(Status status);
const char* to_string(Severity severity);
const char* to_string(Category category);
std::optional<Status> status_from(std::string_view word);
std::optional<Severity> severity_from(std::string_view word);
std::optional<Category> category_from(std::string_view word);

/// A picture's data: evidence that a report may draw. Finite numbers only.
struct Series {
  std::string title, x_label, y_label;
  std::vector<double> x, y;
  bool holds = false;  ///< each y holds until the next x
};

/// The judge's answer to one question, with everything that explains it. A value.
struct Verdict {
  std::string id;  ///< "identity.copies", stable: CI configurations and histories name it
  Category category = Category::identity;
  Status status = Status::skip;
  Severity severity = Severity::info;
  std::string title;       ///< "Every copy is identical"
  std::string measured;    ///< figure with unit, "0 of 1000 differ"; empty when nothing was measured
  std::string limit;       ///< "none may differ"
  std::string confidence;  ///< "corruption below 0.3 % at 95 % confidence"; empty where it makes no sense
  std::string summary;     ///< one sentence: the verdict
  std::string done;        ///< what was done
  std::string expected;    ///< what should have happened, with the clause
  std::string happened;    ///< what happened instead; empty on pass
  std::vector<std::string> wire;  ///< of a torture case: the conversation, a line each; empty on pass
  std::string cause;              ///< likely cause in words for a student; empty on pass
  std::string reproduce;          ///< one command to see it again
  std::string alone;              ///< of a torture case: the command that tries it and no other
  std::string settle;             ///< inconclusive: what would settle it
  std::string waived;             ///< why its failure is accepted; empty: nobody did, or there was none
  /// Chance to see such evidence, or worse, if the server stood exactly at the limit. Set by judgements about
  /// time and CPU that have a test; judge_all() corrects them as one family.
  std::optional<double> p_value;
  /// Likewise of the pairs of both passes together, set in the repeats by a check that can pool them: two
  /// passes of few pairs each say less one by one.
  std::optional<double> p_value_of_both;
  /// Set by judgements about growth that fail: a leak grows as fast in the repeats.
  std::optional<GrowthRate> growth;
  /// Which kind of work this is about, where several were judged each by itself; and the verdict of each that
  /// failed. The repeats have to show one of them again.
  std::string part;
  std::vector<Verdict> parts_failed;
  std::optional<std::uint32_t> rounds_wanted;  ///< inconclusive: so many rounds more would settle it
  std::vector<std::string> clauses;            ///< "4.1"
  std::vector<std::string> evidence_files;     ///< in evidence/
  std::vector<Series> series;
};

}  // namespace bftp::judge
