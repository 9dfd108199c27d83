// The hostile cases of other verbs than GET: what they do beside the served folder.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <set>
#include <string>
#include <vector>

#include "tests/torture/fake_bftp.hpp"

namespace bftp::torture::other_verbs_outside_test {
namespace {

using namespace fakes;
using record::CaseDemand;
using record::CaseOutcome;
using record::CaseResult;
using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

using Places = std::map<std::string, Lying>;

Places as_placed() {
  const auto outside = *some_files().outside;
  return {{outside.name, {Lying::Kind::file, outside.content}},
          {outside.neighbour, {Lying::Kind::folder}},
          {outside.neighbour + "/in.bin", {Lying::Kind::file, outside.content}},
          {outside.empty_folder, {Lying::Kind::folder}}};
}

class FakeSurroundings final : public Surroundings {
 public:
  Lying look(const std::string& path) override {
    const auto found = places.find(path);
    return found == places.end() ? Lying{} : found->second;
  }
  void put_back() override { places = as_placed(); }

  Places places = as_placed();
};

/// Of the root's inside, too.
class WithRoot final : public Surroundings {
 public:
  explicit WithRoot(Disk& disk) : disk_(disk) {}
  Lying look(const std::string& path) override {
    const auto found = disk_.files.find(path.substr(path.find('/') + 1));
    return found == disk_.files.end() ? Lying{} : Lying{Lying::Kind::file, found->second};
  }
  void put_back() override {
    ++times_put_back;
    disk_ = Disk();
  }
  int times_put_back = 0;

 private:
  Disk& disk_;
};

/// To one request it does what it should not.
class GivesUpItsRoot final : public BftpConnection {
 public:
  GivesUpItsRoot(Disk& disk, std::string request, bool removes)
      : BftpConnection(disk), request_(std::move(request)), removes_(removes) {}
  void obey(const std::string& request) override {
    const auto verb = request.substr(0, request.find(' '));
    if (request.starts_with(request_)) {
      if (removes_) disk_.files.clear();
      return say(removes_ ? "ERR 500 half way" : "OK");
    }
    if (verb == "RMDIR" || verb == "MOVE" || verb == "DELETE") return say("ERR 403 the root");
    BftpConnection::obey(request);
  }

 private:
  std::string request_;
  bool removes_;
};

/// Obeys verbs that lead out of the root in one of the ways; all else as a right server does. It has MKDIR,
/// RMDIR, MOVE and SIZE, which do nothing within the root.
class ReachesOut final : public BftpConnection {
 public:
  ReachesOut(Disk& disk, Places& places, std::set<std::string> verbs, std::string way)
      : BftpConnection(disk), places_(places), verbs_(std::move(verbs)), way_(std::move(way)) {}

  void obey(const std::string& request) override {
    const auto verb = request.substr(0, request.find(' '));
    const auto argument = request.size() > verb.size() ? request.substr(verb.size() + 1) : "";
    if (is_outside_) return tell_of_the_outside(verb, argument);
    if (verbs_.contains(verb) && reach(verb, argument)) return;
    const bool is_extended = verb == "MKDIR" || verb == "RMDIR" || verb == "MOVE" || verb == "SIZE";
    if (is_extended) return say(argument.empty() ? "ERR 400 missing argument" : "ERR 403 outside");
    const bool leads_out = argument.find("..") != std::string::npos ||
                           argument.find("probe-") != std::string::npos ||
                           argument.find("/srv") != std::string::npos;
    if (leads_out && (verb != "CD" || folder().empty())) return say("ERR 403 outside");
    BftpConnection::obey(request);
  }
  void put(const std::string& name, const std::string& content) override {
    if (name.front() != outside_mark) return BftpConnection::put(name, content);
    places_[name.substr(1)] = {Lying::Kind::file, content};
    say("OK " + std::to_string(content.size()));
  }

 private:
  static constexpr char outside_mark = '>';

  bool reach(const std::string& verb, const std::string& argument) {
    if (verb == "PUT") {
      const auto blank = argument.find(' ');
      const auto place = place_of(argument.substr(blank + 1));
      const auto size = protocol::parse_length(argument.substr(0, blank));
      if (!place || !size) return false;
      begin_put(outside_mark + *place, *size);
      return true;
    }
    if (verb == "MOVE") return reach_move(argument);
    if (verb == "RANGE") return reach_range(argument);
    const auto place = place_of(argument);
    if (!place) return false;
    if (verb == "DELETE" || verb == "RMDIR") {
      if (places_.erase(*place) == 0) return false;
      say("OK");
    } else if (verb == "MKDIR") {
      places_[*place] = {Lying::Kind::folder};
      say("OK");
    } else if (verb == "SIZE" && places_.contains(*place)) {
      say("OK " + std::to_string(places_[*place].content.size()));
    } else if (verb == "HASH" && places_.contains(*place)) {
      say("OK " + protocol::to_hex(protocol::sha256(places_[*place].content)));
    } else if (verb == "LIST" && place->empty()) {
      send_file("D 0 root\nF 24 root-beside-1.bin\n");
    } else if (verb == "CD" && place->empty()) {
      is_outside_ = true;
      say("OK /..");
    } else {
      return false;
    }
    return true;
  }
  void tell_of_the_outside(const std::string& verb, const std::string& argument) {
    if (verb == "GET" && verbs_.contains("GET") && places_.contains(argument))
      return send_file(places_[argument].content);
    if (verb == "LIST" && verbs_.contains("LIST")) return send_file("F 24 root-beside-1.bin\n");
    say("ERR 403 outside");
  }
  bool reach_move(const std::string& argument) {
    const auto blank = argument.find(' ');
    if (blank == std::string::npos) return false;
    const auto size = protocol::parse_length(argument.substr(0, blank));
    if (!size || *size >= argument.size() - blank - 1) return false;
    const auto from = argument.substr(blank + 1, *size), to = argument.substr(blank + 2 + *size);
    const auto from_place = place_of(from), to_place = place_of(to);
    if (to_place && disk_.files.contains(from)) {
      places_[*to_place] = {Lying::Kind::file, disk_.files[from]};
      disk_.files.erase(from);
    } else if (from_place && places_.contains(*from_place)) {
      places_.erase(*from_place);
    } else {
      return false;
    }
    say("OK");
    return true;
  }
  bool reach_range(const std::string& argument) {
    const auto place = place_of(argument.substr(argument.rfind(' ') + 1));
    if (!place || !places_.contains(*place)) return false;
    send_file(places_[*place].content);
    return true;
  }
  /// Beside the root, by this server's way out.
  std::optional<std::string> place_of(const std::string& path) const {
    if (path.rfind(way_, 0) != 0) return std::nullopt;
    const auto rest = path.substr(way_.size());
    if (way_ == "probe-out/") return some_files().outside->neighbour + "/" + rest;
    if (way_ == "probe-link") return some_files().outside->name;
    return rest;
  }

  Places& places_;
  std::set<std::string> verbs_;
  std::string way_;
  bool is_outside_ = false;
};

constexpr const char* ids[] = {"put_outside",  "remove_outside",    "rename_outside",
                               "show_outside", "subfolder_outside", "tell_outside"};

struct Tried {
  std::map<std::string, CaseOutcome> outcomes;
  Places places;
  Disk disk;
};

Tried reaching(const std::set<std::string>& verbs, const std::string& way = "../",
               const std::string& own_prefix = "own") {
  FakeSurroundings surroundings;
  auto files = writable();
  files.own_prefix = own_prefix;
  files.surroundings = &surroundings;
  Tried tried;
  FakeSubject subject(
      [&] { return std::make_unique<ReachesOut>(tried.disk, surroundings.places, verbs, way); });
  for (auto& one : run_suites(subject, {"hostile"}, "bftp", files)) {
    const auto id = one.id;
    tried.outcomes[id.substr(id.find('.') + 1)] = std::move(one);
  }
  tried.places = surroundings.places;
  return tried;
}

std::set<std::string> broken_of(const Tried& tried) {
  std::set<std::string> broken;
  for (const char* id : ids)
    if (tried.outcomes.at(id).result == CaseResult::broken) broken.insert(id);
  return broken;
}

TEST(OtherVerbsOutside, ARightServerKeepsInside) {
  const auto tried = reaching({});
  for (const char* id : ids) {
    const auto& outcome = tried.outcomes.at(id);
    EXPECT_EQ(outcome.result, CaseResult::kept) << id << ": " << outcome.happened;
    EXPECT_EQ(outcome.demand, CaseDemand::must) << id;
    EXPECT_THAT(outcome.clauses, ::testing::Contains("3.2")) << id;
  }
  EXPECT_EQ(tried.disk.files.size(), 1U) << "what was there before";
}

TEST(OtherVerbsOutside, EachVerbIsFoundByItsCase) {
  const std::vector<std::pair<std::string, std::string>> found = {
      {"PUT", "put_outside"},         {"DELETE", "remove_outside"},   {"MOVE", "rename_outside"},
      {"MKDIR", "subfolder_outside"}, {"RMDIR", "subfolder_outside"}, {"SIZE", "tell_outside"},
      {"HASH", "tell_outside"},       {"RANGE", "tell_outside"}};
  for (const auto& [verb, id] : found) {
    for (const char* way : {"../", "probe.d/../../", "/srv/"}) {
      const auto tried = reaching({verb}, way);
      EXPECT_EQ(broken_of(tried), std::set<std::string>{id}) << verb << way;
      EXPECT_THAT(tried.outcomes.at(id).happened, HasSubstr("by \"" + verb + " ")) << way;
      EXPECT_THAT(tried.outcomes.at(id).happened, HasSubstr(way));
      EXPECT_EQ(tried.places, as_placed()) << "put back";
    }
  }
}

TEST(OtherVerbsOutside, LinksLeadNowhereEither) {
  for (const char* verb : {"PUT", "DELETE", "MOVE", "HASH"}) {
    EXPECT_EQ(broken_of(reaching({verb}, "probe-out/")).size(), 1U) << verb;
    EXPECT_EQ(broken_of(reaching({verb}, "probe-link")).size(), 1U) << verb;
  }
}

TEST(OtherVerbsOutside, ListIsFoundByWhatItShows) {
  const auto tried = reaching({"LIST"}, "..");
  EXPECT_EQ(broken_of(tried), std::set<std::string>{"show_outside"});
  EXPECT_THAT(tried.outcomes.at("show_outside").happened, HasSubstr("by \"LIST ..\" the server listed"));
  EXPECT_THAT(tried.outcomes.at("show_outside").reproduce, HasSubstr("LIST .."));
}

TEST(OtherVerbsOutside, CdIsFoundByWhatItLeadsTo) {
  EXPECT_EQ(broken_of(reaching({"CD"}, "..")), std::set<std::string>{}) << "it goes there and shows nothing";
  const auto gets = reaching({"CD", "GET"}, "..");
  EXPECT_EQ(broken_of(gets), std::set<std::string>{"show_outside"});
  EXPECT_THAT(gets.outcomes.at("show_outside").happened, HasSubstr("sent a file that lies there"));
}

TEST(OtherVerbsOutside, TheReportShowsTheRequestThatDidIt) {
  const auto tried = reaching({"DELETE"}, "/srv/");
  const auto& outcome = tried.outcomes.at("remove_outside");
  EXPECT_THAT(outcome.happened, HasSubstr("removed a file beside its folder"));
  EXPECT_THAT(outcome.reproduce, HasSubstr("DELETE /srv/root-beside-1.bin"));
  EXPECT_THAT(outcome.cause, HasSubstr("one function for all verbs"));
  const auto moved = reaching({"MOVE"}).outcomes.at("rename_outside");
  EXPECT_THAT(moved.reproduce, AllOf(HasSubstr("MOVE"), HasSubstr("../own")))
      << "the upload before is left out";
}

CaseOutcome root_stays(const std::string& request, bool removes) {
  Disk disk;
  WithRoot surroundings(disk);
  auto files = writable();
  files.surroundings = &surroundings;
  FakeSubject subject([&] { return std::make_unique<GivesUpItsRoot>(disk, request, removes); });
  const std::atomic<bool> stop = false;
  const auto& speech = *find_speech("bftp");
  const auto outcomes = run_suite(cases_named({"hostile.root_stays"}, speech), subject,
                                  {.speech = speech,
                                   .files = files,
                                   .patience_max = std::chrono::seconds(30),
                                   .stop = stop,
                                   .progress = {}});
  EXPECT_GT(surroundings.times_put_back, 0);
  EXPECT_TRUE(disk.files.contains(files.probe.name)) << "put back";
  return outcomes.at(0);
}

TEST(RootStays, OnARightServer) {
  const auto outcome = root_stays("no request begins so", false);
  EXPECT_EQ(outcome.result, CaseResult::kept) << outcome.happened;
  EXPECT_EQ(outcome.demand, CaseDemand::must);
  EXPECT_THAT(outcome.clauses, ::testing::ElementsAre("4.13"));
}

TEST(RootStays, NamesNothingThatMayBeTheMachinesOwnRoot) {
  for (const char* verb : {"RMDIR /", "DELETE /", "MOVE 1 / "})
    EXPECT_EQ(root_stays(verb, true).result, CaseResult::kept) << verb;
}

TEST(RootStays, FindsEachVerbThatTakesTheRoot) {
  for (const char* request : {"RMDIR .", "RMDIR probe.d/..", "DELETE .", "MOVE 1 . "}) {
    const auto said = root_stays(request, false);
    EXPECT_EQ(said.result, CaseResult::broken) << request;
    EXPECT_THAT(said.happened, AllOf(HasSubstr(request), HasSubstr("said that it is done")));
    const auto done = root_stays(request, true);
    EXPECT_EQ(done.result, CaseResult::broken) << request;
    EXPECT_THAT(done.happened, AllOf(HasSubstr(request), HasSubstr("removed what it serves")))
        << "whatever it answers";
    EXPECT_THAT(done.reproduce, HasSubstr(request)) << "the request that did it, and no other";
    EXPECT_EQ(done.server_after, "") << "what was there is back before the next case";
  }
}

TEST(OtherVerbsOutside, WhatWritesIsSkippedWhereTheRunDoesNot) {
  const auto tried = reaching({}, "../", "");
  for (const char* id : {"put_outside", "remove_outside", "rename_outside", "subfolder_outside"})
    EXPECT_EQ(tried.outcomes.at(id).result, CaseResult::skipped) << id;
  for (const char* id : {"show_outside", "tell_outside"})
    EXPECT_EQ(tried.outcomes.at(id).result, CaseResult::kept) << id;
}

TEST(OtherVerbsOutside, AllAreSkippedWhereTheRootIsNotOurs) {
  Disk disk;
  FakeSubject subject([&] { return std::make_unique<BftpConnection>(disk); });
  for (const auto& outcome : run_suites(subject, {"hostile"}, "bftp", writable()))
    if (outcome.id.ends_with("_outside")) {
      EXPECT_EQ(outcome.result, CaseResult::skipped) << outcome.id;
    }
}

TEST(OtherVerbsOutside, ApplyToBftpAlone) {
  for (const auto* speech : all_speeches())
    for (const Case* one : cases_for({"hostile"}, *speech))
      EXPECT_TRUE(speech->dialect() == "bftp" || !one->id().ends_with("_outside")) << one->id();
}

}  // namespace
}  // namespace bftp::torture::other_verbs_outside_test
