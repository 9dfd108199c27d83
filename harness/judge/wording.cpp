#include "harness/judge/wording.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <set>

#include "harness/judge/samples.hpp"
#include "harness/judge/statistics/quantiles.hpp"
#include "harness/plan/command_template.hpp"
#include "harness/record/all_transfers.hpp"

namespace bftp::judge {
namespace {

constexpr std::size_t picture_points_max = 1000;

/// As a word of its own: the server's command, which is one word, may well have a --seed too.
bool has_option(const std::vector<std::string>& words, std::string_view option) {
  return std::ranges::any_of(words, [&](const std::string& word) {
    return word == option || (word.starts_with(option) && word[option.size()] == '=');
  });
}

std::string shell_word(std::string_view text) {
  const bool plain = !text.empty() && std::all_of(text.begin(), text.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           std::string_view("._-/,:").find(c) != std::string_view::npos;
  });
  if (plain) return std::string(text);
  std::string word = "'";
  for (const char c : text) word += c == '\'' ? std::string("'\\''") : std::string(1, c);
  return word + "'";
}

void add_extremes(Series& series, const std::vector<double>& x, const std::vector<double>& y,
                  std::size_t from, std::size_t to) {
  const auto begin = y.begin() + static_cast<std::ptrdiff_t>(from);
  const auto end = y.begin() + static_cast<std::ptrdiff_t>(to);
  const auto [low, high] = std::minmax_element(begin, end);
  auto first = static_cast<std::size_t>(low - y.begin());
  auto second = static_cast<std::size_t>(high - y.begin());
  if (first > second) std::swap(first, second);
  series.x.push_back(x[first]);
  series.y.push_back(y[first]);
  if (first == second) return;
  series.x.push_back(x[second]);
  series.y.push_back(y[second]);
}

}  // namespace

std::string number(double value) {
  const double size = std::abs(value);
  if (size == 0) return "0";
  const int before_point = static_cast<int>(std::floor(std::log10(size))) + 1;
  const int decimals = std::clamp(3 - before_point, 0, 9);
  std::string text = fmt::format("{:.{}f}", value, decimals);
  if (text.find('.') == std::string::npos) return text;
  while (text.back() == '0') text.pop_back();
  if (text.back() == '.') text.pop_back();
  return text;
}

std::string percent(double share) {
  const double value = share * 100;
  if (value == 0 || std::abs(value) >= 10) return fmt::format("{:.0f} %", value);
  const int before_point = static_cast<int>(std::floor(std::log10(std::abs(value)))) + 1;
  return fmt::format("{:.{}f} %", value, std::clamp(2 - before_point, 0, 9));
}

std::string milliseconds(double ms) {
  if (std::abs(ms) >= 1000) return number(ms / 1000) + " s";
  return number(ms) + " ms";
}

std::string bytes(double count) {
  constexpr double step = 1024;
  const double size = std::abs(count);
  if (size < step) return fmt::format("{:.0f} B", count);
  if (size < step * step) return number(count / step) + " KiB";
  if (size < step * step * step) return number(count / (step * step)) + " MiB";
  return number(count / (step * step * step)) + " GiB";
}

std::string counted(std::uint64_t count, std::string_view noun) {
  if (count == 1) return fmt::format("1 {}", noun);
  if (noun.ends_with("s")) return fmt::format("{} {}es", count, noun);
  if (noun.ends_with("copy")) return fmt::format("{} {}ies", count, noun.substr(0, noun.size() - 1));
  return fmt::format("{} {}s", count, noun);
}

std::string joined(const std::vector<std::string>& items) {
  std::string text;
  for (std::size_t i = 0; i < items.size(); ++i) {
    if (i > 0) text += i + 1 == items.size() ? " and " : ", ";
    text += items[i];
  }
  return text;
}

std::string quoted(std::string_view text, std::size_t max) {
  std::string line;
  for (const char c : text.substr(0, max)) {
    const auto byte = static_cast<unsigned char>(c);
    line += byte < 0x20 || byte == 0x7f ? fmt::format("\\x{:02x}", byte) : std::string(1, c);
  }
  while (text.size() > max && !line.empty() && (static_cast<unsigned char>(line.back()) & 0xc0) == 0x80)
    line.pop_back();
  if (text.size() > max && !line.empty() && (static_cast<unsigned char>(line.back()) & 0xc0) == 0xc0)
    line.pop_back();
  return text.size() > max ? line + "…" : line;
}

int badness(Status status) {
  switch (status) {
    case Status::fail:
      return 4;
    case Status::inconclusive:
      return 3;
    case Status::warn:
      return 2;
    case Status::pass:
      return 1;
    case Status::skip:
      return 0;
  }
  return 0;
}

Verdict begin(const Check& check, const Evidence& evidence) {
  Verdict verdict;
  verdict.id = std::string(check.id());
  verdict.category = check.category();
  verdict.title = std::string(check.title());
  verdict.done = work_done(evidence);
  verdict.reproduce = reproduce(evidence.record);
  return verdict;
}

namespace {

bool has_warning(const record::RunRecord& record, std::string_view id) {
  return std::any_of(record.warnings.begin(), record.warnings.end(),
                     [id](const auto& warning) { return warning.id == id; });
}

}  // namespace

bool serves_once(const record::RunRecord& record) {
  return has_warning(record, record::serves_once_warning);
}

std::string served_files_changed(const record::RunRecord& record) {
  const auto found = std::find_if(record.warnings.begin(), record.warnings.end(), [](const auto& warning) {
    return warning.id == record::served_changed_warning;
  });
  return found == record.warnings.end() ? "" : found->text;
}

std::string within_the_plan(const std::string& measured) {
  return measured + ", which the plan allows.";
}

std::string destroys_what_it_serves(const record::RunRecord& record) {
  const std::string text = served_files_changed(record);
  if (text.empty()) return {};
  return "The server destroys what it serves, and the rest follows from that: " + quoted(text, 300) +
         ". Open for reading (\"rb\", O_RDONLY) where a file is fetched, and remove or replace nothing that "
         "no client asked to.";
}

bool is_cut_short(const record::RunRecord& record) {
  return record.state == record::RunState::time_up || record.state == record::RunState::interrupted;
}

bool control_was_changed(const record::RunRecord& record) {
  return has_warning(record, record::control_changed_warning);
}

Verdict skipped(Verdict verdict, std::string reason) {
  verdict.status = Status::skip;
  verdict.severity = Severity::info;
  verdict.summary = std::move(reason);
  return verdict;
}

Verdict inconclusive(Verdict verdict, std::string reason, std::string settle) {
  verdict.status = Status::inconclusive;
  verdict.severity = Severity::info;
  verdict.summary = std::move(reason);
  verdict.settle = std::move(settle);
  return verdict;
}

std::string work_done(const Evidence& evidence) {
  const auto& record = evidence.record;
  const std::uint64_t transfers = record::all_transfers(record, record::Arm::server).transfers;
  std::set<std::uint16_t> fixtures;
  bool get = false;
  bool put = false;
  for (const auto& [key, count] : record.transfers.counts()) {
    if (key.arm != record::Arm::server || count.transfers == 0) continue;
    fixtures.insert(key.fixture);
    (key.op == record::Op::put ? put : get) = true;
  }
  const std::string ops = get && put ? "GET and PUT" : (put ? "PUT" : "GET");
  return fmt::format("{} made {} ({}) of {}.", counted(record.plan.clients.count, "client"),
                     counted(transfers, "transfer"), ops, counted(fixtures.size(), "file"));
}

std::string reproduce(const record::RunRecord& record, std::string_view fixture) {
  std::string command = record.plan.command_line.empty() ? "bftp-torture run" : record.plan.command_line;
  const auto split = plan::split_command(command);
  const auto words = split ? *split : std::vector<std::string>{};
  if (!has_option(words, "--seed")) command += fmt::format(" --seed {}", record.plan.seed);
  if (!fixture.empty() && !has_option(words, "--fixtures")) command += " --fixtures " + shell_word(fixture);
  return command;
}

Series count_so_far(const record::RunRecord& record, std::string title,
                    const std::function<bool(const record::TransferPoint&)>& counts) {
  std::vector<double> x, y;
  double transfers = 0, counted_so_far = 0;
  for (const record::TransferPoint& point : record.transfers.points()) {
    if (point.arm != record::Arm::server) continue;
    transfers += record.transfers.stride();
    counted_so_far += counts(point) ? 1 : 0;
    x.push_back(transfers);
    y.push_back(counted_so_far);
  }
  return picture(std::move(title), "transfers so far", "count", x, y);
}

Series picture_of_times(std::string title, const std::vector<double>& times_ms) {
  std::vector<double> x;
  const std::vector<double> y = statistics::sorted(times_ms);
  for (std::size_t i = 0; i < y.size(); ++i)
    x.push_back((static_cast<double>(i) + 0.5) / static_cast<double>(y.size()) * 100);
  return picture(std::move(title), "% of transfers that are faster", "ms", x, y);
}

Series picture(std::string title, std::string x_label, std::string y_label, const std::vector<double>& x,
               const std::vector<double>& y) {
  Series series{std::move(title), std::move(x_label), std::move(y_label), {}, {}};
  std::vector<double> xs;
  std::vector<double> ys;
  for (std::size_t i = 0; i < std::min(x.size(), y.size()); ++i) {
    if (!std::isfinite(x[i]) || !std::isfinite(y[i])) continue;
    xs.push_back(x[i]);
    ys.push_back(y[i]);
  }
  if (xs.size() <= picture_points_max) {
    series.x = std::move(xs);
    series.y = std::move(ys);
    return series;
  }
  const std::size_t stretches = picture_points_max / 2;
  for (std::size_t i = 0; i < stretches; ++i)
    add_extremes(series, xs, ys, xs.size() * i / stretches, xs.size() * (i + 1) / stretches);
  return series;
}

}  // namespace bftp::judge
