#include <fmt/format.h>

#include "harness/torture/hostile/outside_case.hpp"

namespace bftp::torture {
namespace {

struct Way {
  std::string words;
  std::string request;
};

bool is_http(const Speech& speech) {
  return speech.dialect().starts_with("http");
}

class ParentFolder final : public OutsideCase {
 public:
  std::string_view id() const override { return "hostile.parent_folder"; }
  std::vector<std::string_view> suites() const override { return {"hostile", "transfer"}; }
  std::string_view title() const override { return "No path leads out of the served folder"; }
  std::string_view about() const override {
    return "Puts a file of random content beside the served folder and asks for it: by `..`, by a folder's "
           "name and `../..`, by its absolute path, in http with `%2e` and `%2f` too; and asks for `..` "
           "itself. A refusal or a close is right; its bytes, or a listing with its name, are not. In http "
           "RFC 1945, 12.5 demands it. In the other dialects nothing does: it fails where the suite hostile "
           "is asked for, and is warned in other runs.";
  }
  record::CaseDemand demand(const Speech& speech) const override {
    return speech.dialect() == "bftp" || is_http(speech) ? record::CaseDemand::must
                                                         : record::CaseDemand::asked;
  }
  std::vector<std::string> clauses(const Speech& speech) const override {
    if (is_http(speech)) return {std::string(speech.clause()), "RFC 1945, 12.5"};
    return OutsideCase::clauses(speech);
  }

  Finding run(CaseContext& context) const override {
    const auto& file = context.files().outside;
    if (!file)
      return skipped(
          "the served folder is not ours, so no file of known content can lie beside it; a server that is "
          "started with --server and {root} can be tried");
    Finding finding{.result = record::CaseResult::kept,
                    .done = "A file of random content was put beside the served folder and asked for.",
                    .expected = "A refusal, or a close. Nothing outside the folder is revealed.",
                    .happened = "the server gave nothing away",
                    .cause = {}};
    for (const Way& way : ways(*file, context.speech())) {
      const auto talk = ask(context, way.request);
      if (!talk.connected) return without_connection(std::move(finding), talk);
      const bool listed = way.words == ".." && talk.received.find(file->name) != std::string::npos;
      if (gave_away(talk, *file) || listed) return escaped_by(std::move(finding), way, listed);
      if (reaction_of(talk, file->content) != Reaction::silent) continue;
      finding.result = record::CaseResult::tolerated;
      finding.happened =
          fmt::format("the server gave nothing away, but left a request for \"{}\" unanswered", way.words);
    }
    return finding;
  }

 private:
  static std::vector<Way> ways(const OutsideFile& file, const Speech& speech) {
    const auto parent = "../" + file.name;
    std::vector<Way> all;
    const auto add = [&](const std::string& name) {
      if (name.size() <= speech.name_bytes_max()) all.push_back({name, speech.ask(name)});
    };
    for (const auto& way : ways_to(file, file.name)) add(way.path);
    add("..");
    if (auto escaped = speech.ask_escaped(parent, "."); !escaped.empty())
      all.push_back({"%2E%2E/" + file.name, std::move(escaped)});
    if (auto escaped = speech.ask_escaped(parent, "./"); !escaped.empty())
      all.push_back({"%2E%2E%2F" + file.name, std::move(escaped)});
    return all;
  }

  static Finding without_connection(Finding finding, const Talk& talk) {
    finding.result = record::CaseResult::unknown;
    finding.happened = in_words(Reaction::no_connection, talk);
    return finding;
  }

  static Finding escaped_by(Finding finding, const Way& way, bool listed) {
    finding.result = record::CaseResult::broken;
    finding.happened =
        listed ? std::string("the server listed the folder above its own, asked for as \"..\"")
               : fmt::format("the server sent a file from outside its folder, asked for as \"{}\"",
                             escaped(way.words, 300));
    finding.cause =
        "The server joins its folder and the name that it was sent, and opens what comes out. A name may "
        "climb out by '..', and one that begins with '/' replaces the folder altogether. Resolve the joined "
        "path first, and refuse what does not lie below the folder: to begin with the folder's name is not "
        "enough, /srv/root-old begins with /srv/root.";
    return finding;
  }
};

BFTP_REGISTER_CASE(ParentFolder)

}  // namespace
}  // namespace bftp::torture
