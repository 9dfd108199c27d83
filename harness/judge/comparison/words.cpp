#include <fmt/format.h>

#include "harness/judge/comparison/comparison.hpp"
#include "harness/judge/wording.hpp"

namespace bftp::judge {

std::string answer_text(const ComparisonRow& row, const record::Comparison& comparison) {
  const bool of_time = row.metric->name == "throughput" || row.metric->name == "service_time" ||
                       row.metric->name == "first_byte";
  switch (row.answer) {
    case Answer::better:
      return of_time ? "faster" : "leaner";
    case Answer::worse:
      return of_time ? "slower" : "heavier";
    case Answer::same:
      return row.metric->difference ? fmt::format("same within {:.0f} B", growth_same_bytes)
                                    : fmt::format("same within {:.3g} %", comparison.smallest_effect * 100);
    case Answer::unclear:
      return "cannot tell";
    case Answer::shown:
      return "";
  }
  return "";
}

std::string work_text(const ComparisonRow& row, const record::RunRecord& record) {
  if (!row.op || !row.fixture || !row.clients) return "memory of a round";
  const std::string name =
      *row.fixture < record.fixtures.size() ? record.fixtures[*row.fixture].name : std::string("?");
  return fmt::format("{} of {}, {}", *row.op == record::Op::put ? "PUT" : "GET", name,
                     counted(*row.clients, "client"));
}

}  // namespace bftp::judge
