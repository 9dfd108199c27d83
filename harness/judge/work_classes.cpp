#include "harness/judge/work_classes.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>

namespace bftp::judge {
namespace {

constexpr double medium_bytes = 256.0 * 1024.0;
constexpr auto large_bytes = static_cast<double>(plan::large_fixture_bytes);

std::vector<PairPoint> of_class(const record::RunRecord& record, std::span<const PairPoint> pairs,
                                const WorkClass& work) {
  std::vector<PairPoint> of_work;
  std::copy_if(pairs.begin(), pairs.end(), std::back_inserter(of_work),
               [&](const PairPoint& pair) { return class_of(record, pair.op, pair.fixtures) == work; });
  return of_work;
}

std::vector<RoundFigure> figures_of(const std::vector<WorkFigure>& all, const WorkClass* work) {
  std::vector<RoundFigure> figures;
  for (const WorkFigure& one : all)
    if (work == nullptr || one.work == *work) figures.push_back(one.figure);
  return medians_by_round(figures);
}

/// The rounds of `repeats` count on from those of `first`. Nothing without a first pass.
std::vector<PairPoint> one_after_the_other(std::span<const PairPoint> first,
                                           std::span<const PairPoint> repeats) {
  if (first.empty()) return {};
  std::vector<PairPoint> all(first.begin(), first.end());
  const std::uint32_t rounds = std::ranges::max_element(first, {}, &PairPoint::round)->round + 1;
  for (PairPoint pair : repeats) {
    pair.round += rounds;
    all.push_back(std::move(pair));
  }
  return all;
}

}  // namespace

WorkClass class_of(const record::RunRecord& record, record::Op op, std::span<const std::uint16_t> fixtures) {
  double bytes = 0;
  for (const std::uint16_t fixture : fixtures)
    if (fixture < record.fixtures.size()) bytes += static_cast<double>(record.fixtures[fixture].size);
  const double mean = fixtures.empty() ? 0 : bytes / static_cast<double>(fixtures.size());
  return {op, mean >= large_bytes    ? WorkClass::Size::large
              : mean >= medium_bytes ? WorkClass::Size::medium
                                     : WorkClass::Size::small};
}

std::string name_of(const WorkClass& work) {
  const char* sizes = work.size == WorkClass::Size::small    ? "below 256 KiB"
                      : work.size == WorkClass::Size::medium ? "of 256 KiB to 16 MiB"
                                                             : "of 16 MiB and more";
  return fmt::format("{} of files {}", work.op == record::Op::put ? "PUT" : "GET", sizes);
}

std::vector<ChangePart> change_parts(const record::RunRecord& record, const std::vector<WorkFigure>& server,
                                     std::span<const PairPoint> beside, std::span<const PairPoint> equal,
                                     std::span<const PairPoint> before) {
  const auto both = one_after_the_other(before, beside);
  std::vector<ChangePart> parts{
      {"", figures_of(server, nullptr), rounds_of(beside), rounds_of(equal), rounds_of(both)}};
  std::set<WorkClass> classes;
  for (const WorkFigure& one : server) classes.insert(one.work);
  if (classes.size() < 2) return parts;
  for (const WorkClass& work : classes)
    parts.push_back({name_of(work), figures_of(server, &work), rounds_of(of_class(record, beside, work)),
                     rounds_of(of_class(record, equal, work)), rounds_of(of_class(record, both, work))});
  return parts;
}

}  // namespace bftp::judge
