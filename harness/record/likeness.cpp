#include "harness/record/likeness.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>

#include "protocol/sha256.hpp"

namespace bftp::record {
namespace {

constexpr double memory_tolerance = 0.05;
constexpr std::size_t differences_told_max = 3;

std::vector<std::string> names_of(const std::vector<Op>& ops) {
  std::vector<std::string> names;
  names.reserve(ops.size());
  for (const Op op : ops) names.emplace_back(protocol::to_string(op));
  return names;
}

/// "6.1" of "6.1.0-18-amd64".
std::string series_of(const std::string& kernel) {
  const auto dot = kernel.find('.');
  if (dot == std::string::npos) return kernel;
  return kernel.substr(0, kernel.find_first_not_of("0123456789", dot + 1));
}

std::string mib(std::uint64_t bytes) {
  return fmt::format("{} MiB", bytes >> 20);
}

bool near(std::uint64_t a, std::uint64_t b) {
  const auto x = static_cast<double>(a), y = static_cast<double>(b);
  return std::abs(x - y) <= memory_tolerance * std::max(x, y);
}

}  // namespace

Work work_of(const plan::Plan& plan) {
  Work work{
      {"suites", fmt::format("{}", fmt::join(plan.suites, ","))},
      {"dialect", plan.server.dialect},
      {"fixtures", fmt::format("{}", fmt::join(plan.fixtures, ","))},
      {"ops", fmt::format("{}", fmt::join(names_of(plan.ops), ","))},
      {"clients", std::to_string(plan.clients.count)},
      {"connections", plan.clients.lasting_connections ? "lasting" : "one each"},
      {"verify", protocol::to_string(plan.clients.verify)},
      {"iterations", std::to_string(plan.iterations)},
      {"large_iterations", std::to_string(plan.large_iterations)},
      {"rounds", std::to_string(plan.rounds)},
      {"rate_per_s", plan.rate_per_s ? fmt::format("{}", *plan.rate_per_s) : "closed loop"},
      {"db_csv_bytes", std::to_string(plan.db_csv_bytes)},
  };
  // Only where it says something: a line more would tell every run from those in old histories.
  if (!plan.only.empty()) work.insert_or_assign("only", fmt::format("{}", fmt::join(plan.only, ",")));
  if (plan.phases != plan::Plan{}.phases)
    work.insert_or_assign("phases", fmt::format("{}", fmt::join(plan.phases, ",")));
  return work;
}

std::string digest_of(const Work& work) {
  std::string text;
  for (const auto& [name, value] : work) text.append(name).append("=").append(value).append("\n");
  return protocol::to_hex(protocol::sha256(text));
}

std::vector<Difference> unlike(const Machine& here, const Machine& there) {
  std::vector<Difference> found;
  const auto compare = [&](const char* field, const std::string& a, const std::string& b) {
    if (a != b) found.push_back({field, a, b});
  };
  compare("cpu_model", here.cpu_model, there.cpu_model);
  compare("cores", std::to_string(here.cores), std::to_string(there.cores));
  if (!near(here.memory_bytes, there.memory_bytes))
    found.push_back({"memory", mib(here.memory_bytes), mib(there.memory_bytes)});
  compare("kernel", series_of(here.kernel), series_of(there.kernel));
  compare("sha_extensions", here.sha_extensions ? "yes" : "no", there.sha_extensions ? "yes" : "no");
  return found;
}

std::vector<Difference> unlike(const Work& here, const Work& there) {
  std::vector<Difference> found;
  for (const auto& [name, value] : here) {
    const auto other = there.find(name);
    if (other == there.end() || other->second != value)
      found.push_back({name, value, other == there.end() ? "" : other->second});
  }
  for (const auto& [name, value] : there)
    if (!here.contains(name)) found.push_back({name, "", value});
  return found;
}

std::string in_words(const std::vector<Difference>& differences) {
  std::string text;
  for (std::size_t i = 0; i < std::min(differences.size(), differences_told_max); ++i)
    text += fmt::format("{}{} is \"{}\" here and \"{}\" there", i > 0 ? "; " : "", differences[i].field,
                        differences[i].here, differences[i].there);
  if (differences.size() > differences_told_max)
    text += fmt::format("; and {} more", differences.size() - differences_told_max);
  return text;
}

}  // namespace bftp::record
