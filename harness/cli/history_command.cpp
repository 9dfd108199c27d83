#include <fmt/format.h>

#include <memory>
#include <ostream>

#include "harness/cli/commands.hpp"
#include "harness/cli/keep_history.hpp"
#include "harness/cli/one_of.hpp"
#include "harness/cli/run_pipeline.hpp"
#include "harness/cli/terminal_style.hpp"
#include "harness/history/trends.hpp"
#include "harness/history_store/store.hpp"
#include "harness/judge/metrics.hpp"
#include "harness/report/escape.hpp"
#include "harness/report/history/history_data.hpp"
#include "harness/report/history/history_page.hpp"
#include "harness/report/history/history_text.hpp"
#include "protocol/files.hpp"

namespace bftp::cli {
namespace {

struct TrendOptions {
  std::string file, html;
  history::TrendRequest request;
  bool json = false;
  bool csv = false;
};

int failed(const protocol::Error& error, Streams& streams) {
  streams.err << "bftp-torture: " << error.message << "\n";
  return exit_code_for(error);
}

/// Of the list, as of the trends: the servers asked for, and the last so many.
std::vector<history::RunSummary> listed(const TrendOptions& options, std::vector<history::RunSummary> runs) {
  std::erase_if(runs, [&](const auto& run) { return !history::holds(run, options.request.server); });
  const std::size_t last = options.request.last == 0 ? runs.size() : options.request.last;
  if (runs.size() > last) runs.erase(runs.begin(), runs.end() - static_cast<std::ptrdiff_t>(last));
  return runs;
}

/// With the one quantity alone, if one is asked for.
std::vector<history::RunSummary> with_metric(std::vector<history::RunSummary> runs,
                                             const std::string& metric) {
  if (metric.empty()) return runs;
  for (auto& run : runs) std::erase_if(run.metrics, [&](const auto& one) { return one.name != metric; });
  return runs;
}

int print(const TrendOptions& options, const std::vector<history::RunSummary>& runs,
          const history::Trends& trends, Streams& streams) {
  if (options.json) {
    streams.out << report::history_json(trends);
  } else if (options.csv) {
    streams.out << report::history_csv(with_metric(trends.runs, options.request.metric));
  } else {
    const auto style = style_for(streams);
    const auto shown = listed(options, runs);
    if (shown.empty() && !runs.empty()) {
      streams.out << fmt::format(
          "No server of its {} runs has \"{}\" in its command; the newest is \"{}\".\n", runs.size(),
          report::visible(options.request.server), report::visible(runs.back().server));
      return exit_pass;
    }
    if (options.request.metric.empty()) streams.out << report::runs_text(shown, style) << "\n";
    streams.out << report::trends_text(trends, !options.request.metric.empty(), style);
  }
  return exit_pass;
}

int look(const TrendOptions& options, Invocation& invocation) {
  Streams& streams = invocation.streams;
  const auto store = history_store::open_sqlite(options.file, history_store::Access::read);
  if (!store) return failed(store.error(), streams);
  auto runs = (*store)->runs();
  if (!runs) return failed(runs.error(), streams);
  const auto trends = history::trends_of(*runs, options.request);
  if (!options.html.empty()) {
    const auto written =
        protocol::write_whole(options.html, report::history_page(trends, report::embedded_assets()));
    if (!written) return failed(written.error(), streams);
  }
  return print(options, *runs, trends, streams);
}

std::vector<std::string> metric_names() {
  std::vector<std::string> names;
  for (const judge::Quantity& quantity : judge::quantities()) names.emplace_back(quantity.name);
  return names;
}

}  // namespace

Action add_history_command(CLI::App& app) {
  auto options = std::make_shared<TrendOptions>();
  CLI::App* command = app.add_subcommand(
      "history", "Look at runs recorded with 'run --history': trends, and where they change for good");
  command->add_option("FILE", options->file, "A history")->required();
  command->add_option("--metric", options->request.metric, "One quantity, for every operation and file")
      ->check(one_of(metric_names()));
  command
      ->add_option("--server", options->request.server,
                   "Servers whose command holds this text; else the newest run's server")
      ->type_name("NAME");
  command->add_option("--last", options->request.last, "So many runs only")
      ->type_name("N")
      ->check(CLI::Range(std::size_t{1}, std::size_t{1'000'000}));
  command->add_flag("--any-machine", options->request.any_machine,
                    "Put runs of unlike machines side by side, without looking for changes");
  auto* json = command->add_flag("--json", options->json, "Print everything for programs");
  command->add_flag("--csv", options->csv, "Print a row per run and quantity")->excludes(json);
  command->add_option("--html", options->html, "Also write a page with charts")->type_name("OUT");
  return [options](Invocation& invocation) {
    return look(*options, invocation);
  };
}

}  // namespace bftp::cli
