#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "harness/judge/limits.hpp"
#include "harness/judge/wording.hpp"

namespace bftp::judge {
namespace {

/// Warnings after which the record is not what was asked for.
constexpr std::array<std::string_view, 1> weighty{"worker.died"};

/// Work that was left out because the server did not answer, or too slowly: a weaker run, and nothing that
/// the harness did wrong.
bool is_of_the_server(const record::Warning& warning) {
  return warning.id == record::gave_up_warning || warning.id == record::slow_warning ||
         warning.id == record::serves_once_warning || warning.id == record::served_changed_warning;
}

std::vector<std::string> stand_ins(const record::RunRecord& record) {
  std::vector<std::string> names;
  for (const auto& fixture : record.fixtures) {
    if (fixture.stand_in) names.push_back(quoted(fixture.name));
  }
  return names;
}

class Warnings final : public Check {
 public:
  std::string_view id() const override { return "harness.warnings"; }
  Category category() const override { return Category::harness; }
  std::string_view title() const override { return "The harness worked as it should"; }
  std::string_view about() const override {
    return "What the harness noticed about itself and its machine: stand-ins for fixtures, a clock that was "
           "set, work that was given up, what a server printed beyond what is kept, files of the reference "
           "server that are not what was put there. A lost worker makes it "
           "inconclusive.";
  }
  std::vector<LimitSpec> limits() const override { return {}; }
  bool needs_confirmation() const override { return false; }

  Verdict judge(const Evidence& evidence, const LimitValues&) const override {
    const auto& record = evidence.record;
    Verdict verdict = begin(*this, evidence);
    verdict.limit = "no warning";
    verdict.expected = "The harness has its fixtures, its workers and a steady clock.";
    std::vector<std::string> texts;
    for (const auto& warning : record.warnings)
      if (warning.id != record::serves_once_warning && warning.id != record::served_changed_warning)
        texts.push_back(quoted(warning.text, 300));
    const auto names = stand_ins(record);
    const bool told = std::any_of(record.warnings.begin(), record.warnings.end(),
                                  [](const auto& warning) { return warning.id == "fixture.stand_in"; });
    if (!names.empty() && !told)
      texts.push_back(
          joined(names) +
          (names.size() == 1 ? " is a stand-in of the same size" : " are stand-ins of the same size") +
          ", not the real text");
    verdict.measured = counted(texts.size(), "warning");
    if (texts.empty()) {
      verdict.status = Status::pass;
      verdict.summary = "Nothing weakened this run.";
      return verdict;
    }
    const bool heavy = std::any_of(record.warnings.begin(), record.warnings.end(), [](const auto& warning) {
      return std::find(weighty.begin(), weighty.end(), warning.id) != weighty.end();
    });
    for (std::size_t i = 0; i < std::min<std::size_t>(texts.size(), 5); ++i)
      verdict.happened += (i > 0 ? "; " : "") + texts[i];
    const bool only_the_server =
        names.empty() && std::all_of(record.warnings.begin(), record.warnings.end(), is_of_the_server);
    const bool answers = std::ranges::none_of(
        record.warnings, [](const auto& warning) { return warning.id == record::gave_up_warning; });
    const bool prints = std::any_of(record.warnings.begin(), record.warnings.end(), [](const auto& warning) {
      return warning.id == record::output_capped_warning;
    });
    if (prints)
      verdict.cause =
          "What the server prints is its own doing: a line for each packet, perhaps, or one error over "
          "and over. Other warnings are not its doing by themselves.";
    else if (only_the_server && answers)
      verdict.cause =
          "The server answers, but so slowly that the harness did less than was asked for. See "
          "uniformity.speed.";
    else if (only_the_server)
      verdict.cause =
          "The server did not answer, so the harness left out work that would only have been waited for. See "
          "identity.errors.";
    else
      verdict.cause = "See each warning; none of them is the server's doing by itself.";
    if (heavy)
      return inconclusive(std::move(verdict), "A part of the harness failed: " + texts.front() + ".",
                          "Free memory and disk on this machine and run again.");
    verdict.status = Status::warn;
    verdict.severity = Severity::minor;
    verdict.summary = only_the_server && !answers
                          ? "Work was left out because the server did not answer: " + texts.front() + "."
                          : texts.front() + ".";
    return verdict;
  }
};

BFTP_REGISTER_CHECK(Warnings)

}  // namespace
}  // namespace bftp::judge
