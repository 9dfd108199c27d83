#include <fmt/format.h>

#include <algorithm>

#include "harness/judge/client_trials.hpp"
#include "harness/judge/limits.hpp"
#include "harness/judge/wording.hpp"

namespace bftp::judge {
namespace {

/// Of the looks that could be made the worst: a file that only the repeats leave is one, too.
const record::StrayFiles* strays_of(const Evidence& evidence) {
  const record::StrayFiles* worst = nullptr;
  for (const auto& strays : evidence.record.stray_files)
    if (strays.known && (worst == nullptr || strays.count > worst->count)) worst = &strays;
  return worst;
}

/// One look after the first pass, another after the repeats if there were any.
Series looks_into_root(const Evidence& evidence) {
  std::vector<double> looks, entries;
  for (const auto& strays : evidence.record.stray_files) {
    if (!strays.known) continue;
    looks.push_back(static_cast<double>(looks.size() + 1));
    entries.push_back(static_cast<double>(strays.count));
  }
  return picture("Entries in the root that no client put there", "look", "count", looks, entries);
}

/// Names as PUT makes them here: "put-7f3a-c0-17-db.csv" (docs/worker.md).
bool is_failed_put(const std::string& name) {
  return name.starts_with("put-");
}

class Files final : public Check {
 public:
  std::string_view id() const override { return "handles.files"; }
  Category category() const override { return Category::handles; }
  std::string_view title() const override { return "Nothing is left in the root, and little in TMPDIR"; }
  std::string_view about() const override {
    return "Lists the server's root after the last phase, once the server was given time to clear up. What "
           "no client put there (temporary files, locks, a log), and what is left of a PUT that was broken "
           "off, fails. A folder that the server made when it started is where it works: only what lies in "
           "it counts. What it leaves in its TMPDIR, a folder of its own, is warned above a size, and fails "
           "where the run had to be ended for it (server.temporary_max).";
  }
  std::vector<LimitSpec> limits() const override {
    return {{"files_max", 0, "entries", "fails above; folders count too"},
            {"temporary_mib_max", 16, "MiB", "left in TMPDIR; warns above"}};
  }
  bool needs_confirmation() const override { return false; }

  Verdict judge(const Evidence& evidence, const LimitValues& limits) const override {
    Verdict verdict = begin(*this, evidence);
    const double files_max = limit(*this, limits, "files_max");
    verdict.limit = fmt::format("at most {} entries that no client put there", number(files_max));
    verdict.expected =
        "The root holds what clients stored, whole, and nothing else: what a PUT needs meanwhile is gone "
        "when it has ended, well or not.";
    if (evidence.record.plan.server.dialect == "bftp") verdict.clauses = {"4.8", "4.12"};
    const auto& temporary = evidence.record.temporary_files;
    if (temporary.outgrown) return outgrown(std::move(verdict), temporary, evidence.record);
    const auto* strays = strays_of(evidence);
    const bool is_clean = strays == nullptr || static_cast<double>(strays->count) <= files_max;
    const double temporary_mib_max = limit(*this, limits, "temporary_mib_max");
    if (is_clean && static_cast<double>(temporary.bytes) > temporary_mib_max * 1024 * 1024)
      return temporary_left(std::move(verdict), temporary, temporary_mib_max);
    if (strays == nullptr)
      return skipped(
          std::move(verdict),
          has_external_client(evidence.record)
              ? "Nobody looked: what an external client stores is its own choice."
              : "Nobody looked: the server does not serve our folder ({root} is not in its command), or the "
                "run ended before.");
    verdict.series.push_back(looks_into_root(evidence));
    verdict.measured = fmt::format("{}{} left", strays->complete ? "" : "at least ",
                                   strays->count == 1 ? "1 entry" : fmt::format("{} entries", strays->count));
    if (static_cast<double>(strays->count) <= files_max) {
      verdict.status = Status::pass;
      verdict.summary = "The root holds what was put there and nothing else.";
      return verdict;
    }
    return left(std::move(verdict), *strays);
  }

 private:
  static std::string names_of(const std::vector<std::string>& all, std::uint64_t count) {
    std::vector<std::string> names;
    for (const std::string& name : all)
      if (names.size() < 8) names.push_back(quoted(name, 120));
    return joined(names) + (count > names.size() ? " and more" : "");
  }

  static Verdict of_temporary(Verdict verdict, const record::TemporaryFiles& temporary) {
    verdict.measured =
        fmt::format("{}{} in {}", temporary.complete ? "" : "at least ",
                    bytes(static_cast<double>(temporary.bytes)), temporary.in_root ? "the root" : "TMPDIR");
    verdict.expected = "A server removes its temporary files when it is done with each, and when it ends.";
    verdict.clauses = {};
    verdict.happened =
        fmt::format("{} in {}: {}.", verdict.measured,
                    temporary.count == 1 ? "1 entry" : fmt::format("{} entries", temporary.count),
                    names_of(temporary.names, temporary.count));
    verdict.cause =
        "A temporary file is made for each transfer and removed on no way out, or only on some. Remove it "
        "where it is made: unlink() right after open(), or whatever the language has that ends with its "
        "scope.";
    return verdict;
  }

  static Verdict temporary_left(Verdict verdict, const record::TemporaryFiles& temporary, double mib_max) {
    verdict = of_temporary(std::move(verdict), temporary);
    verdict.status = Status::warn;
    verdict.severity = Severity::minor;
    verdict.limit = fmt::format("at most {} MiB left in TMPDIR", number(mib_max));
    verdict.summary = fmt::format("The server ended and left {} of temporary files.",
                                  bytes(static_cast<double>(temporary.bytes)));
    return verdict;
  }

  static Verdict outgrown(Verdict verdict, const record::TemporaryFiles& temporary,
                          const record::RunRecord& record) {
    const std::string expected = verdict.expected;
    verdict = of_temporary(std::move(verdict), temporary);
    verdict.status = Status::fail;
    verdict.severity = Severity::major;
    const auto most = bytes(static_cast<double>(record.plan.server.temporary_max_bytes));
    if (!temporary.in_root) {
      verdict.limit = fmt::format("at most {} in TMPDIR (server.temporary_max)", most);
      verdict.summary = "The server's temporary files outgrew their bound, and the run was ended.";
      return verdict;
    }
    verdict.expected = expected;
    verdict.limit =
        fmt::format("at most {} in the root beside what clients put there (server.temporary_max)", most);
    verdict.summary = temporary.complete
                          ? "What the server wrote into the folder that it serves outgrew its bound, and the "
                            "run was ended."
                          : "The server made more entries in the folder that it serves than can be looked "
                            "at, and the run was ended.";
    verdict.cause =
        "A log or temporary files are written into the folder that clients see, and nobody removes them, or "
        "files and folders are made in a loop. Keep what is not the clients' elsewhere.";
    return verdict;
  }

  static Verdict left(Verdict verdict, const record::StrayFiles& strays) {
    const auto puts =
        static_cast<std::size_t>(std::count_if(strays.names.begin(), strays.names.end(), is_failed_put));
    const bool all_puts = puts == strays.names.size();
    verdict.status = Status::fail;
    verdict.severity = Severity::major;
    verdict.summary = all_puts ? "What was left of broken PUTs stays in the root."
                               : "Files that no client put there stay in the server's root.";
    verdict.happened = fmt::format("{}: {}.", verdict.measured, names_of(strays.names, strays.count));
    verdict.cause =
        all_puts
            ? "A PUT writes under its final name and leaves the part there when its client goes away. Write "
              "to a temporary name, rename it when the last byte is stored, and remove it on every other way "
              "out."
            : "Temporary or lock files are made and not removed on every way out, or a log is written into "
              "the folder that clients see. Keep logs elsewhere.";
    return verdict;
  }
};

BFTP_REGISTER_CHECK(Files)

}  // namespace
}  // namespace bftp::judge
