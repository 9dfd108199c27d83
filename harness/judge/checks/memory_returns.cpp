#include <fmt/format.h>

#include "harness/judge/garbage.hpp"
#include "harness/judge/growth.hpp"
#include "harness/judge/limits.hpp"
#include "harness/judge/units.hpp"
#include "harness/judge/wording.hpp"

namespace bftp::judge {
namespace {

std::optional<double> pss_mib(const record::ResourceSample& sample) {
  return sample.pss_mib;
}

class Returns final : public Check {
 public:
  std::string_view id() const override { return "memory.returns"; }
  Category category() const override { return Category::memory; }
  std::string_view title() const override { return "Memory returns to where it was"; }
  std::string_view about() const override {
    return "PSS after the last client has left, less that before the first one came. One copy of each served "
           "file (a cache), what an allocator keeps for later and "
           "garbage that a collector need not have looked at are no fault. Growth with the number of "
           "transfers is memory.leak's matter.";
  }
  std::vector<LimitSpec> limits() const override {
    return {{"kept_mib_max", 512, "MiB", "fails above, beyond one copy of each file"},
            {"kept_mib_warn", 128, "MiB",
             "warns above, beyond one copy of each file; allocators and runtimes keep less"}};
  }
  bool needs_confirmation() const override { return true; }

  Verdict judge(const Evidence& evidence, const LimitValues& limits) const override {
    const QuietSeries series = quiet_series(evidence, pss_mib);
    Verdict verdict = begin(*this, evidence);
    verdict.expected = "A server at rest holds what it held before, but for a cache of bounded size.";
    double files_mib = 0;
    for (const auto& fixture : evidence.record.fixtures) files_mib += static_cast<double>(fixture.size) / mib;
    const auto garbage = garbage_of(evidence.record);
    // Nothing makes a collector run once no client comes.
    const double excused_mib = files_mib + (garbage ? garbage->bytes_max / mib : 0);
    const double kept_max = limit(*this, limits, "kept_mib_max") + excused_mib;
    verdict.limit = fmt::format("at most {} above the baseline", bytes(kept_max * mib));
    if (!series.baseline || !series.settled)
      return skipped(std::move(verdict),
                     "The server's memory (PSS) was not read before the first transfer and after the last.");
    const double kept = *series.settled - *series.baseline;
    verdict.measured =
        fmt::format("{} above the baseline of {}", bytes(kept * mib), bytes(*series.baseline * mib));
    verdict.series.push_back(rest_picture(series, "Memory of the server at rest (PSS)", 1, "MiB"));
    const double most = *series.baseline + kept_max;
    verdict.series.push_back(
        picture("limit", "transfers so far", "MiB", {0, series.settled_transfers}, {most, most}));
    verdict.status = Status::pass;
    verdict.summary = fmt::format("At rest the server holds {} after the run, and held {} before it.",
                                  bytes(*series.settled * mib), bytes(*series.baseline * mib));
    if (kept <= limit(*this, limits, "kept_mib_warn") + excused_mib) return verdict;
    verdict.status = kept > kept_max ? Status::fail : Status::warn;
    verdict.severity = kept > kept_max ? Severity::major : Severity::minor;
    verdict.happened = fmt::format("{} stayed behind when the last client had left.", bytes(kept * mib));
    verdict.cause = "Buffers of the size of whole files are kept, or a cache has no bound.";
    return verdict;
  }
};

BFTP_REGISTER_CHECK(Returns)

}  // namespace
}  // namespace bftp::judge
