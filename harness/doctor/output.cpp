#include <fmt/format.h>
#include <fmt/ranges.h>

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>

#include "harness/doctor/probe.hpp"

namespace bftp::doctor {
namespace {

constexpr std::string_view mark_of(Level level) {
  switch (level) {
    case Level::good:
      return "ok";
    case Level::note:
      return "note";
    case Level::weaker:
      return "WEAKER";
    case Level::impossible:
      return "NO RUN";
  }
  return "";
}

std::string conclusion(int code) {
  if (code == 3) return "No run can be made on this machine as it is.";
  if (code == 2) return "Runs can be made. The checks named above say less than they could.";
  return "All checks can be judged on this machine.";
}

}  // namespace

std::string text_of(const std::vector<Examined>& findings) {
  std::string text;
  for (const auto& [probe, finding] : findings) {
    text += fmt::format("{:<7} {:<20} {}\n", mark_of(finding.level), probe->id, finding.found);
    if (!finding.weaker.empty())
      text += fmt::format("{:28} says less: {}\n", "", fmt::join(finding.weaker, ", "));
    if (!finding.why.empty()) text += fmt::format("{:28} why: {}\n", "", finding.why);
    if (!finding.remedy.empty()) text += fmt::format("{:28} do: {}\n", "", finding.remedy);
  }
  return text + "\n" + conclusion(exit_code(findings)) + "\n";
}

std::string json_of(const std::vector<Examined>& findings) {
  boost::json::array list;
  for (const auto& [probe, finding] : findings) {
    boost::json::array weaker;
    for (const std::string& check : finding.weaker) weaker.emplace_back(check);
    list.push_back(boost::json::object{{"id", probe->id},
                                       {"about", probe->about},
                                       {"level", to_string(finding.level)},
                                       {"found", finding.found},
                                       {"weaker", std::move(weaker)},
                                       {"why", finding.why},
                                       {"remedy", finding.remedy}});
  }
  return boost::json::serialize(boost::json::object{{"schema", "bftp-torture/doctor"},
                                                    {"schema_version", 1},
                                                    {"exit_code", exit_code(findings)},
                                                    {"findings", std::move(list)}}) +
         "\n";
}

}  // namespace bftp::doctor
