#include <fmt/format.h>

#include <string>
#include <vector>

#include "harness/report/escape.hpp"
#include "harness/report/figures.hpp"
#include "harness/report/format.hpp"
#include "harness/report/overview.hpp"

namespace bftp::report {
namespace {

using judge::Status;
using judge::Verdict;

/// GitHub shows ten annotations of a kind for each step and drops the others without a word.
constexpr std::size_t annotations_max = 10;
constexpr std::size_t title_max = 100;
constexpr std::size_t annotation_text_max = 600;

/// The data of a workflow command: GitHub's runner, ActionCommand.cs, EscapeData. Control characters of a
/// server are shown as \x1b first, so that what it printed cannot end the line and begin a command.
std::string data(std::string_view text, std::size_t max) {
  std::string out;
  for (const char c : visible_at_most(text, max, Keep::lines)) {
    if (c == '%')
      out += "%25";
    else if (c == '\r')
      out += "%0D";
    else if (c == '\n')
      out += "%0A";
    else
      out += c;
  }
  return out;
}

/// A property's value: also what ends one (EscapeProperty).
std::string property(std::string_view text) {
  std::string out;
  for (const char c : data(text, title_max)) {
    if (c == ':')
      out += "%3A";
    else if (c == ',')
      out += "%2C";
    else
      out += c;
  }
  return out;
}

std::string_view level(Status status) {
  if (status == Status::fail) return "error";
  return status == Status::inconclusive ? "warning" : "notice";
}

std::string annotation(std::string_view kind, std::string_view title, std::string_view text) {
  return fmt::format("::{} title={}::{}\n", kind, property(title), data(text, annotation_text_max));
}

std::string annotation(const Verdict& verdict) {
  std::string text = verdict.summary;
  if (!verdict.cause.empty()) text += "\nLikely cause: " + verdict.cause;
  if (verdict.status == Status::inconclusive && !verdict.settle.empty())
    text += "\nTo settle it: " + verdict.settle;
  return annotation(level(verdict.status), fmt::format("{} {}", verdict.id, status_text(verdict.status)),
                    text);
}

std::string rest(const std::vector<const Verdict*>& verdicts, std::size_t from) {
  std::string names;
  for (std::size_t i = from; i < verdicts.size(); ++i)
    names += fmt::format("{}{} {}", i > from ? ", " : "", verdicts[i]->id, status_text(verdicts[i]->status));
  return annotation(level(verdicts[from]->status),
                    counted(verdicts.size() - from, "more check to look at", "more checks to look at"),
                    names);
}

/// Workflow commands that GitHub Actions turns into annotations when a step prints them, most urgent first.
/// What is beyond the platform's limit shares the last one.
std::string github_annotations(const RunReport& report) {
  if (outcome(report) == Outcome::harness_failed)
    return annotation(
        "error", "bftp-torture: not judged",
        headline(report) + (beneath_headline(report).empty() ? "" : "\n" + beneath_headline(report)));
  std::vector<const Verdict*> verdicts;
  for (const Verdict* verdict : by_urgency(report.verdicts))
    if (needs_explaining(*verdict)) verdicts.push_back(verdict);
  const std::string note = baseline_note(report);
  const std::size_t room = note.empty() ? annotations_max : annotations_max - 1;
  std::string text;
  const bool all_fit = verdicts.size() <= room;
  const std::size_t whole = all_fit ? verdicts.size() : room - 1;
  for (std::size_t i = 0; i < whole; ++i) text += annotation(*verdicts[i]);
  if (!all_fit) text += rest(verdicts, whole);
  if (!note.empty()) text += annotation("notice", "bftp-torture: not all compared with the baseline", note);
  return text;
}

}  // namespace

BFTP_REGISTER_FORMAT(github_annotations,
                     {"github-annotations", "annotations.txt",
                      "the most urgent findings, for GitHub Actions to show beside the code",
                      &github_annotations})

}  // namespace bftp::report
