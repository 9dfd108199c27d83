#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <optional>

#include "harness/judge/limits.hpp"
#include "harness/judge/samples.hpp"
#include "harness/judge/wording.hpp"

namespace bftp::judge {
namespace {

constexpr double mib = 1024.0 * 1024.0;
constexpr std::uint64_t size_min = 8u << 20;  ///< below, an allocator's habits are as large as the file
constexpr std::uint64_t peak_size_min = 64ull << 20;
constexpr std::uint32_t peak_clients_min = 4;

/// What one operation on one file needed at its height.
struct Height {
  record::Op op = record::Op::get;
  std::uint16_t fixture = 0;
  double file_mib = 0;
  double growth_mib = 0;
  std::size_t samples = 0;
  double copies() const { return growth_mib / file_mib; }
};

/// Memory that the server itself holds: pages of no file where it is one process, else PSS.
std::optional<double> held_mib(const record::ResourceSample& sample) {
  if (sample.processes.value_or(2) <= 1 && sample.anon_mib) return sample.anon_mib;
  return sample.pss_mib;
}

/// At rest, before the first transfer.
std::optional<double> at_rest_mib(const record::RunRecord& record) {
  for (const auto& point : record.quiet_points)
    if (point.kind == record::QuietKind::baseline && point.sample.arm == record::Arm::server)
      return held_mib(point.sample);
  return std::nullopt;
}

/// Over blocks of one file each. A block begins with what the one before left: that is not its own.
std::vector<Height> heights_of(const Evidence& evidence, double rest_mib) {
  const auto& record = evidence.record;
  std::map<std::pair<record::Op, std::uint16_t>, Height> heights;
  for (const std::uint32_t index : blocks_of(evidence, record::Arm::server, Phase::all)) {
    const auto& block = record.blocks[index];
    if (block.fixtures.size() != 1 || block.fixtures.front() >= record.fixtures.size()) continue;
    Height& height = heights[{block.op, block.fixtures.front()}];
    height.op = block.op;
    height.fixture = block.fixtures.front();
    height.file_mib = static_cast<double>(record.fixtures[height.fixture].size) / mib;
    for (const auto& sample : record.samples) {
      if (sample.arm != record::Arm::server || sample.time_s < block.start_s || sample.time_s > block.end_s)
        continue;
      const auto held = held_mib(sample);
      if (!held) continue;
      ++height.samples;
      height.growth_mib = std::max(height.growth_mib, *held - rest_mib);
    }
  }
  std::vector<Height> seen;
  for (const auto& [key, height] : heights)
    if (height.samples > 0) seen.push_back(height);
  return seen;
}

class Shape final : public Check {
 public:
  std::string_view id() const override { return "memory.shape"; }
  Category category() const override { return Category::memory; }
  std::string_view title() const override { return "Memory does not follow the size of the file"; }
  std::string_view about() const override {
    return "Highest memory of the server (pages of no file, else PSS) while each file of 8 MiB and more "
           "moved, in "
           "copies of that file: none (it is passed on in pieces), one (a cache), or one for each client. "
           "Names "
           "it; fails nobody, since memory.peak judges it for 64 MiB and 4 clients.";
  }
  std::vector<LimitSpec> limits() const override {
    return {{"copies_warn", 0.8, "copies for each client", "warns above: the whole file for each client"}};
  }
  bool needs_confirmation() const override { return false; }

  Verdict judge(const Evidence& evidence, const LimitValues& limits) const override {
    const auto& record = evidence.record;
    Verdict verdict = begin(*this, evidence);
    const double clients = record.plan.clients.count;
    const double copies_warn = limit(*this, limits, "copies_warn");
    verdict.expected =
        "A server passes a file on in pieces: what it needs is the same for a small and a large one.";
    verdict.limit = fmt::format("below {} copies of the file", number(copies_warn * clients));
    const auto rest_mib = at_rest_mib(record);
    const auto heights = rest_mib ? heights_of(evidence, *rest_mib) : std::vector<Height>{};
    std::optional<Height> worst;
    for (const Height& height : heights) {
      if (height.file_mib * mib < static_cast<double>(size_min)) continue;
      if (!worst || height.copies() > worst->copies()) worst = height;
    }
    if (!worst)
      return skipped(std::move(verdict),
                     "No file of 8 MiB or more was on its way while the server's memory was read.");
    add_pictures(verdict, heights, copies_warn * clients);
    const std::string name = fmt::format("{} of {}", worst->op == record::Op::put ? "PUT" : "GET",
                                         record.fixtures[worst->fixture].name);
    verdict.measured =
        fmt::format("{} above rest = {} copies of the file ({}, {})", bytes(worst->growth_mib * mib),
                    number(worst->copies()), name, counted(record.plan.clients.count, "client"));
    verdict.confidence = fmt::format("highest of {}", counted(worst->samples, "sample"));
    return decide(std::move(verdict), *worst, name, record.plan.clients.count, copies_warn);
  }

 private:
  static void add_pictures(Verdict& verdict, const std::vector<Height>& heights, double copies) {
    for (const auto op : {record::Op::get, record::Op::put}) {
      std::vector<std::pair<double, double>> points;
      for (const Height& height : heights)
        if (height.op == op) points.emplace_back(height.file_mib, height.growth_mib);
      std::sort(points.begin(), points.end());
      std::vector<double> x, y;
      for (const auto& [size, growth] : points) x.push_back(size), y.push_back(growth);
      if (!x.empty())
        verdict.series.push_back(
            picture(op == record::Op::put ? "PUT" : "GET", "file, MiB", "MiB above rest", x, y));
    }
    double largest = 0;
    for (const Height& height : heights) largest = std::max(largest, height.file_mib);
    verdict.series.push_back(
        picture("limit", "file, MiB", "MiB above rest", {0, largest}, {0, largest * copies}));
  }

  static Verdict decide(Verdict verdict, const Height& worst, const std::string& name, std::uint32_t clients,
                        double copies_warn) {
    constexpr double cache_slack = 1.25;
    const double per_client = worst.copies() / clients;
    verdict.status = Status::pass;
    if (per_client < copies_warn || worst.copies() <= cache_slack) {
      verdict.summary = worst.copies() < 0.5
                            ? "Files are passed on in pieces."
                            : "Memory holds about one copy of the file: a cache, or one client at "
                              "a time with all of it in memory.";
      return verdict;
    }
    const bool peak_judges =
        clients >= peak_clients_min && worst.file_mib * mib >= static_cast<double>(peak_size_min);
    verdict.status = Status::warn;
    verdict.severity = Severity::minor;
    verdict.summary = fmt::format("The whole file is in memory for each client: {} copies with {} ({}).",
                                  number(worst.copies()), counted(clients, "client"), name);
    verdict.happened = fmt::format("{} more than at rest while {} moved.{}", bytes(worst.growth_mib * mib),
                                   name, peak_judges ? " memory.peak judges how much that is." : "");
    verdict.cause = worst.op == record::Op::put ? "A PUT is collected in memory until its last byte and "
                                                  "written then. Write each piece as it comes."
                                                : "The file is read with one call (read() without a size, "
                                                  "readlines(), a string that grows) and sent "
                                                  "then. Read and send in pieces, or use sendfile().";
    return verdict;
  }
};

BFTP_REGISTER_CHECK(Shape)

}  // namespace
}  // namespace bftp::judge
