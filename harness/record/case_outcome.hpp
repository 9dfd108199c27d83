#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace bftp::record {

/// What a case found.
enum class CaseResult : std::uint8_t {
  kept,       ///< the server did what is expected
  tolerated,  ///< not what is expected, but nobody is harmed
  broken,     ///< it did not, and again when it was asked again
  seen_once,  ///< broken, but not when asked again
  unknown,    ///< could not be found out
  skipped,    ///< the case was not tried
};
const char* to_string(CaseResult result);
std::optional<CaseResult> case_result_from(std::string_view word);

/// What the expectation rests on, and so how much weight a broken one has.
enum class CaseDemand : std::uint8_t {
  must,    ///< a clause demands it
  asked,   ///< no clause does, but who asks for the suite by its name wants to know: it binds then
  should,  ///< no clause does, but people will trip over it
};
const char* to_string(CaseDemand demand);
std::optional<CaseDemand> case_demand_from(std::string_view word);

/// How many bytes had gone over a case's connections by then.
struct WirePoint {
  double time_s = 0;  ///< since the case began
  std::uint64_t sent = 0, received = 0;
  friend bool operator==(const WirePoint&, const WirePoint&) = default;
};

/// One torture case, run against one server. Texts that hold the server's bytes are escaped already:
/// printable ASCII.
struct CaseOutcome {
  std::string id;        ///< "framing.name_in_two_segments"
  std::string category;  ///< the word that a verdict carries: "framing"
  std::string title;
  CaseDemand demand = CaseDemand::must;
  CaseResult result = CaseResult::unknown;
  std::vector<std::string> clauses;  ///< "1.4"
  std::string done;                  ///< what was done
  std::string expected;
  std::string happened;           ///< what happened instead; one sentence even if all is well
  std::string cause;              ///< likely cause in words for a student; empty if all is well
  std::vector<std::string> wire;  ///< what went over the connection, a line each; bounded
  std::vector<WirePoint> flow{};  ///< the same in figures, in order of time; bounded
  std::string reproduce;          ///< a shell command
  /// Set when the server did not serve a plain transfer afterwards: what became of it, one sentence.
  std::string server_after;
  double took_s = 0;  ///< of the case itself
};

}  // namespace bftp::record
