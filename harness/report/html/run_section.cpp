#include <fmt/format.h>

#include <string>

#include "harness/report/figures.hpp"
#include "harness/report/html/sections.hpp"
#include "harness/report/html/table.hpp"
#include "harness/report/overview.hpp"

namespace bftp::report {
namespace {

using record::RunRecord;

/// A description list with a heading.
class Facts {
 public:
  Facts(Markup& page, std::string_view title) : page_(page) {
    page_.raw("<div class=\"card\"><h3>").text(title).raw("</h3><dl class=\"plain\">\n");
  }
  ~Facts() { page_.raw("</dl></div>\n"); }
  Facts(const Facts&) = delete;
  Facts& operator=(const Facts&) = delete;

  void add(std::string_view name, std::string_view value) {
    if (value.empty()) return;
    page_.element("dt", name).raw("<dd>").text_at_most(value, 1'000).raw("</dd>\n");
  }

 private:
  Markup& page_;
};

void write_arms(Markup& page, const RunReport& report) {
  if (report.record.arms.empty()) return;
  Facts facts(page, "Side by side");
  for (const record::ArmInfo& arm : report.record.arms)
    facts.add(arm_text(arm.arm), fmt::format("{}{}{}", arm.command.empty() ? arm.name : arm.command,
                                             arm.dialect.empty() ? "" : ", dialect " + arm.dialect,
                                             arm.remark.empty() ? "" : "; " + arm.remark));
  facts.add("Control", control_text(report));
}

void write_machine(Markup& page, const record::Machine& machine) {
  Facts facts(page, "Machine");
  facts.add("Name", machine.hostname);
  facts.add("CPU", fmt::format("{}, {}{}", machine.cpu_model, counted(machine.cores, "core", "cores"),
                               machine.sha_extensions ? ", SHA instructions" : ""));
  if (machine.memory_bytes > 0) facts.add("Memory", bytes_text(static_cast<double>(machine.memory_bytes)));
  facts.add("System", machine.os);
  facts.add("Kernel", machine.kernel);
  facts.add("CPU time from", machine.cpu_source);
  for (const std::string& limit : machine.limits) facts.add("Not measured", limit);
}

void write_work(Facts& facts, const plan::Plan& plan) {
  facts.add("Clients", fmt::format("{}, {}", plan.clients.count,
                                   plan.clients.lasting_connections ? "lasting connections"
                                                                    : "a connection for each transfer"));
  facts.add("Iterations", fmt::format("{} of each client, in {}", grouped(plan.iterations),
                                      counted(plan.rounds, "round", "rounds")));
  facts.add("Loop",
            plan.rate_per_s
                ? fmt::format("open, {} transfers per second", significant(*plan.rate_per_s))
                : std::string("closed: each client starts the next transfer when the last has ended"));
  facts.add("Verification", protocol::to_string(plan.clients.verify));
}

void write_plan(Markup& page, const plan::Plan& plan) {
  Facts facts(page, "Plan");
  if (!is_of_cases_alone(plan)) facts.add("Profile", plan.profile);
  if (plan.only.empty()) facts.add("Suites", fmt::format("{}", fmt::join(plan.suites, ", ")));
  if (plan.phases != plan::Plan{}.phases)
    facts.add("Phases", fmt::format("{}", fmt::join(plan.phases, ", ")));
  if (!plan.only.empty()) facts.add("Cases", fmt::format("{}", fmt::join(plan.only, ", ")));
  facts.add("Server", server_text(plan));
  facts.add("Dialect", plan.server.dialect);
  if (!is_of_cases_alone(plan)) write_work(facts, plan);
  facts.add("Seed", std::to_string(plan.seed));
  for (const auto& [id, reason] : plan.waivers) facts.add("Waived: " + id, reason);
  for (const auto& [check, limits] : plan.limits) {
    for (const auto& [name, value] : limits)
      facts.add("Limit moved", fmt::format("{}.{} = {}", check, name, value));
  }
}

void write_harness(Markup& page, const RunRecord& record) {
  Facts facts(page, "Harness");
  facts.add("Version", record.version);
  facts.add("State", to_string(record.state));
  facts.add("Started", record.started_utc);
  const auto figure = [&](std::string_view name, const std::optional<double>& value, std::string_view unit) {
    if (value) facts.add(name, fmt::format("{} {}", significant(*value), unit));
  };
  figure("CPU, orchestrator", record.harness.orchestrator_cpu_s, "s");
  figure("CPU, sampler", record.harness.sampler_cpu_s, "s");
  figure("Memory, orchestrator", record.harness.orchestrator_rss_peak_mib, "MiB at most");
  figure("Memory, largest worker", record.harness.workers_rss_peak_mib, "MiB at most");
}

void write_fixtures(Markup& page, const RunRecord& record) {
  Table table{
      "Fixtures: the files that were transferred.", {{"Name"}, {"Bytes", true}, {"About"}, {"SHA-256"}}, {}};
  for (const fixtures::Fixture& fixture : record.fixtures) {
    table.rows.push_back({{fixture.name, {}, true},
                          Cell::count(fixture.size),
                          {fixture.stand_in ? fixture.about + " (stand-in)" : fixture.about, {}, false},
                          {protocol::to_hex(fixture.sha256), {}, true}});
  }
  if (!table.rows.empty()) table.write(page);
}

/// A server's own words are quoted where it ended by itself; else server.out and server.err hold them.
void write_endings(Markup& page, const RunRecord& record) {
  for (const record::ServerEnd& end : record.server_ends) {
    page.raw("<div class=\"ending\"><p>")
        .text(fmt::format("The {} {}.", arm_text(end.arm), server_end_text(end)));
    page.raw("</p>\n");
    if (end.by_itself && !end.last_lines.empty()) {
      page.raw("<p class=\"quiet\">Its last lines:</p>\n<pre class=\"words\" tabindex=\"0\">");
      for (const std::string& line : end.last_lines) page.text_at_most(line, 1'000).raw("\n");
      page.raw("</pre>\n");
    }
    page.raw("</div>\n");
  }
}

void write_files(Markup& page) {
  page.raw(
      "<p class=\"quiet files\">Beside this page: <a href=\"run.json\">run.json</a> (everything, for "
      "programs), "
      "<a href=\"checks.csv\">checks.csv</a>, <a href=\"transfers.csv\">transfers.csv</a> (a row per "
      "transfer), "
      "<a href=\"resources.csv\">resources.csv</a> (a row per sample), <a href=\"junit.xml\">junit.xml</a>, "
      "<a href=\"summary.md\">summary.md</a>, and the server’s own words in <code>server.out</code> and "
      "<code>server.err</code>.</p>\n");
}

}  // namespace

void write_run(Markup& page, const RunReport& report) {
  const RunRecord& record = report.record;
  page.raw("<section id=\"run\" aria-labelledby=\"run-title\">\n<h2 id=\"run-title\">The run</h2>\n");
  if (!record.plan.command_line.empty()) {
    page.raw("<h3>Run it again</h3>\n<pre class=\"command\"><code>")
        .text_at_most(record.plan.command_line, 4'000);
    page.raw("</code></pre>\n");
  }
  page.raw("<div class=\"cards\">\n");
  write_plan(page, record.plan);
  write_arms(page, report);
  write_machine(page, record.machine);
  write_harness(page, record);
  page.raw("</div>\n");
  if (!record.server_ends.empty()) page.raw("<h3>How the servers ended</h3>\n");
  write_endings(page, record);
  page.raw("<h3>Fixtures</h3>\n");
  write_fixtures(page, record);
  write_files(page);
  page.raw("</section>\n");
}

}  // namespace bftp::report
