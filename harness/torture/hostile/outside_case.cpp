#include "harness/torture/hostile/outside_case.hpp"

#include <fmt/format.h>

namespace bftp::torture {

using LyingKind = Lying::Kind;

namespace {

constexpr const char* other_verb_cause =
    "GET may look where a path leads; this verb joins the root and the path by itself, and obeys. Resolve a "
    "path by one function for all verbs, '..' and links included, and refuse by 403 what does not lie below "
    "the root before anything is done. What is to be made does not exist yet: resolve the folder that it is "
    "to lie in.";

/// A case leaves what lies beside the root as it was.
class PutsBack {
 public:
  explicit PutsBack(Surroundings& surroundings) : surroundings_(surroundings) {}
  PutsBack(const PutsBack&) = delete;
  PutsBack& operator=(const PutsBack&) = delete;
  ~PutsBack() { surroundings_.put_back(); }

 private:
  Surroundings& surroundings_;
};

}  // namespace

Talk OutsideCase::ask(CaseContext& context, std::string request) {
  return context.talk({.pieces = {std::move(request)}, .ends_sending = context.speech().dialect() == "raw"});
}

bool OutsideCase::gave_away(const Talk& talk, const OutsideFile& file) {
  return talk.received.find(file.content) != std::string::npos;
}

std::vector<OutsideWay> ways_to(const OutsideFile& file, const std::string& name) {
  return {{"../" + name, name},
          {file.folder + "/../../" + name, name},
          {file.root_path.substr(0, file.root_path.rfind('/') + 1) + name, name}};
}

std::vector<OutsideWay> ways_through_link(const OutsideFile& file, const std::string& leaf) {
  const auto& path = file.through_folder_link;
  if (path.empty()) return {};
  return {{path.substr(0, path.find('/') + 1) + leaf, file.neighbour + "/" + leaf}};
}

std::vector<OutsideWay> ways_to_known(const OutsideFile& file) {
  auto ways = ways_to(file, file.name);
  if (!file.link.empty()) ways.push_back({file.link, file.name});
  const auto& through = file.through_folder_link;
  for (auto& way : ways_through_link(file, through.substr(through.find('/') + 1)))
    ways.push_back(std::move(way));
  return ways;
}

Finding OutsideVerbCase::run(CaseContext& context) const {
  const auto& files = context.files();
  if (!files.outside || files.surroundings == nullptr)
    return skipped("the served folder is not ours, so nobody can see what happens beside it");
  if (writes() && context.own_name().empty()) return skipped("the run writes nothing to the server");
  const PutsBack puts_back(*files.surroundings);
  auto finding = go_through(context, *files.outside);
  finding.done = done();
  finding.expected = expected();
  return finding;
}

std::string OutsideVerbCase::change(const Lying& before, const Lying& after) {
  if (before == after) return {};
  if (after.kind == LyingKind::nothing)
    return before.kind == LyingKind::folder ? "removed a folder beside its own"
                                            : "removed a file beside its folder";
  if (before.kind == LyingKind::nothing)
    return after.kind == LyingKind::folder ? "made a folder beside its own" : "made a file beside its folder";
  return "changed a file beside its folder";
}

std::optional<Finding> OutsideVerbCase::changes(CaseContext& context, const std::string& request,
                                                const std::string& place) {
  auto& surroundings = *context.files().surroundings;
  const auto before = surroundings.look(place);
  const auto talk = ask(context, message(request));
  if (!talk.connected) return unreachable();
  const auto what = change(before, surroundings.look(place));
  if (what.empty()) return std::nullopt;
  return caught(context, request, what);
}

Finding OutsideVerbCase::caught(CaseContext& context, const std::string& request, const std::string& what) {
  context.keeps_log();
  return broken(fmt::format("by \"{}\" the server {}", escaped(request, 200), what), other_verb_cause);
}

Finding OutsideVerbCase::unreachable() {
  Finding finding;  // unknown: that the server is still there is looked at by the runner
  finding.happened = "the server accepted no connection";
  return finding;
}

}  // namespace bftp::torture
