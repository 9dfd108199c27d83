// Conformance cases of a verb or two: core_verbs, quit_closes, feat_is_true, size_follows, makes_folders,
// moves_files; and of a header with upper-case digits.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

#include "tests/torture/fake_bftp.hpp"

namespace bftp::torture::verbs_test {
namespace {

using namespace fakes;
using record::CaseOutcome;
using record::CaseResult;
using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

constexpr auto kept = CaseResult::kept;
constexpr auto broken = CaseResult::broken;
constexpr auto skipped = CaseResult::skipped;

template <class Connection>
CaseOutcome outcome_of(const char* id, const CaseFiles& files = writable()) {
  auto trial = try_one<Connection>(id, files);
  EXPECT_EQ(trial.disk.files.size(), 1U) << id << ": what was there before";
  EXPECT_TRUE(trial.disk.folders.empty()) << id;
  return trial.outcomes.at(id);
}

/// Answers requests that begin so by one code.
template <int code>
class Refuses : public BftpConnection {
 public:
  Refuses(Disk& disk, std::vector<std::string> verbs) : BftpConnection(disk), verbs_(std::move(verbs)) {}
  void obey(const std::string& request) override {
    for (const auto& verb : verbs_)
      if (request.starts_with(verb)) return say("ERR " + std::to_string(code) + " no");
    BftpConnection::obey(request);
  }

 private:
  std::vector<std::string> verbs_;
};

TEST(Verbs, ThatARightServerHasAreKeptWhereNothingMayBeStored) {
  const auto trial = try_out<BftpConnection>(some_files());
  for (const char* id : {"core_verbs", "quit_closes", "feat_is_true", "size_follows", "upper_case_header"})
    EXPECT_EQ(trial.outcomes.at(id).result, kept) << id << trial.outcomes.at(id).happened;
  for (const char* id : {"makes_folders", "moves_files"})
    EXPECT_EQ(trial.outcomes.at(id).result, skipped) << id;
  EXPECT_EQ(trial.disk.stored, 0);
}

/// GET and PUT alone.
class Coreless final : public BftpConnection {
 public:
  using BftpConnection::BftpConnection;
  void obey(const std::string& request) override {
    if (!request.starts_with("GET") && !request.starts_with("PUT")) return say("ERR 405 unknown verb");
    BftpConnection::obey(request);
  }
};

TEST(CoreVerbs, BreakAServerWithoutThem) {
  const auto outcome = try_one<Coreless>("core_verbs").outcomes.at("core_verbs");
  EXPECT_EQ(outcome.result, broken);
  EXPECT_THAT(outcome.happened, HasSubstr("ERR 405 to PWD, CD /, LIST, LIST /, QUIT, DELETE"));
  EXPECT_THAT(outcome.clauses, ::testing::Contains("4"));
}

template <int code>
class RefusesWriting final : public Refuses<code> {
 public:
  explicit RefusesWriting(Disk& disk) : Refuses<code>(disk, {"PUT", "DELETE"}) {}
};

TEST(CoreVerbs, AreHadByAServerThatLetsNobodyWriteAndSaysSo) {
  EXPECT_EQ(outcome_of<RefusesWriting<403>>("core_verbs").result, kept);
}

TEST(CoreVerbs, BreakAServerThatDoesNotKnowPutOrDelete) {
  const auto outcome = outcome_of<RefusesWriting<405>>("core_verbs");
  EXPECT_EQ(outcome.result, broken);
  EXPECT_THAT(outcome.happened, HasSubstr("ERR 405 to PUT, DELETE"));
}

/// Fails at each; has no path for PWD, and no size for LIST; says nothing to QUIT.
class FailsAtCore final : public Refuses<500> {
 public:
  explicit FailsAtCore(Disk& disk) : Refuses(disk, {"PWD", "CD", "LIST", "QUIT"}) {}
};
class SaysOkToCore final : public BftpConnection {
 public:
  using BftpConnection::BftpConnection;
  void obey(const std::string& request) override {
    if (request == "QUIT") return;
    request == "PWD" || request.starts_with("LIST") ? say("OK") : BftpConnection::obey(request);
  }
};

TEST(CoreVerbs, BreakAServerThatAnswersThemOtherwise) {
  const auto fails = outcome_of<FailsAtCore>("core_verbs");
  EXPECT_EQ(fails.result, broken);
  EXPECT_THAT(fails.happened,
              AllOf(HasSubstr("to PWD it answered \"ERR 500 no\""), HasSubstr("to CD / it answered"),
                    HasSubstr("to LIST it answered"), HasSubstr("to QUIT it answered \"ERR 500 no\"")));
  EXPECT_THAT(fails.cause, HasSubstr("4.7"));
  const auto bare = outcome_of<SaysOkToCore>("core_verbs");
  EXPECT_EQ(bare.result, broken);
  EXPECT_THAT(bare.happened, AllOf(HasSubstr("to PWD it answered \"OK"), HasSubstr("to LIST it announced"),
                                   HasSubstr("to QUIT it said nothing"), Not(HasSubstr("to CD"))));
}

TEST(CoreVerbs, TolerateThatNobodyMayList) {
  class ListsNothing final : public Refuses<403> {
   public:
    explicit ListsNothing(Disk& disk) : Refuses(disk, {"LIST"}) {}
  };
  const auto outcome = outcome_of<ListsNothing>("core_verbs");
  EXPECT_EQ(outcome.result, CaseResult::tolerated);
  EXPECT_THAT(outcome.happened, HasSubstr("to LIST / it answered \"ERR 403 no\""));
}

TEST(CoreVerbs, LeaveWhatPutSaysToItsOwnCase) {
  class SaysOkAlone final : public BftpConnection {
   public:
    using BftpConnection::BftpConnection;
    void put(const std::string& name, const std::string& content) override {
      disk_.files[name] = content;
      say("OK");
    }
  };
  EXPECT_EQ(outcome_of<SaysOkAlone>("core_verbs").result, kept);
  EXPECT_EQ(outcome_of<SaysOkAlone>("put_says_size").result, broken) << "said once";
}

TEST(CoreVerbs, DoNotClaimWhatWasNotTried) {
  EXPECT_THAT(outcome_of<BftpConnection>("core_verbs", some_files()).happened,
              HasSubstr("nothing was stored or deleted"));
}

class StaysAtQuit final : public BftpConnection {
 public:
  using BftpConnection::BftpConnection;
  void quit() override { say("OK"); }
};
class ClosesAtQuit final : public BftpConnection {
 public:
  using BftpConnection::BftpConnection;
  void quit() override { closed = true; }
};

TEST(QuitCloses, BreaksWhatStaysOrSaysNothing) {
  EXPECT_THAT(outcome_of<StaysAtQuit>("quit_closes").happened, HasSubstr("after OK to QUIT it said nothing"));
  EXPECT_EQ(outcome_of<StaysAtQuit>("quit_closes").result, broken);
  EXPECT_EQ(outcome_of<ClosesAtQuit>("quit_closes").result, broken);
}

/// Names what it does not have, and has what it does not name.
template <int which>
class FeatLies final : public BftpConnection {
 public:
  using BftpConnection::BftpConnection;
  std::string features() override {
    return which == 0 ? "SIZE HASH RANGE NOOP MKDIR RMDIR MOVE" : "SIZE HASH RANGE MKDIR RMDIR MOVE";
  }
  void obey(const std::string& request) override {
    if (which == 0 && request.starts_with("HASH")) return say("ERR 405 unknown verb");
    BftpConnection::obey(request);
  }
};

TEST(FeatIsTrue, BreaksEitherLie) {
  const auto too_much = outcome_of<FeatLies<0>>("feat_is_true");
  EXPECT_EQ(too_much.result, broken);
  EXPECT_THAT(too_much.happened, AllOf(HasSubstr("FEAT names HASH"), HasSubstr("ERR 405")));
  const auto too_little = outcome_of<FeatLies<1>>("feat_is_true");
  EXPECT_EQ(too_little.result, broken);
  EXPECT_THAT(too_little.happened, HasSubstr("does not name NOOP"));
}

/// FEAT names `verb`, which is always refused by `code`.
template <int code>
CaseOutcome named_and_refused(const char* verb) {
  Disk disk;
  FakeSubject subject([&] { return std::make_unique<Refuses<code>>(disk, std::vector<std::string>{verb}); });
  const std::atomic<bool> stop = false;
  const auto& speech = *find_speech("bftp");
  const auto files = some_files();
  return run_suite(cases_named({"conformance.feat_is_true"}, speech), subject,
                   {.speech = speech, .files = files, .stop = stop, .progress = {}})
      .at(0);
}

TEST(FeatIsTrue, BreaksAVerbThatIsNamedAndDoesNotWork) {
  for (const char* verb : {"SIZE", "HASH", "RANGE", "NOOP"}) {
    const auto outcome = named_and_refused<500>(verb);
    EXPECT_EQ(outcome.result, broken) << verb;
    EXPECT_THAT(outcome.happened, AllOf(HasSubstr(std::string("FEAT names ") + verb), HasSubstr("ERR 500")));
    EXPECT_THAT(outcome.cause, HasSubstr("has to work"));
  }
  EXPECT_EQ(named_and_refused<403>("HASH").result, CaseResult::tolerated);
  EXPECT_EQ(named_and_refused<503>("HASH").result, CaseResult::tolerated);
}

TEST(FeatIsTrue, IsSkippedWhereThereIsNone) {
  class None final : public Refuses<405> {
   public:
    explicit None(Disk& disk) : Refuses(disk, {"FEAT"}) {}
  };
  EXPECT_EQ(outcome_of<None>("feat_is_true").result, skipped);
}

class AlwaysSeven final : public BftpConnection {
 public:
  using BftpConnection::BftpConnection;
  void size(const std::string&) override { say("OK 7"); }
};
class StaleSize final : public BftpConnection {
 public:
  using BftpConnection::BftpConnection;
  void size(const std::string& name) override {
    auto& kept_size = disk_.cache["size of " + name];
    if (kept_size.empty()) kept_size = std::to_string(disk_.files[name].size());
    say("OK " + kept_size);
  }
};

TEST(SizeFollows, BreaksAWrongSizeAndAStaleOne) {
  const auto seven = outcome_of<AlwaysSeven>("size_follows");
  EXPECT_EQ(seven.result, broken);
  EXPECT_THAT(seven.happened, HasSubstr("of a file of 20 bytes it answered \"OK 7\""));
  const auto stale = outcome_of<StaleSize>("size_follows");
  EXPECT_EQ(stale.result, broken);
  EXPECT_THAT(stale.happened, HasSubstr("of a file of 70001 bytes it answered \"OK 4099\""));
}

/// RMDIR as `rm -r`, which says no and does it, or says OK.
template <bool says_no>
class RemovesTrees final : public BftpConnection {
 public:
  using BftpConnection::BftpConnection;
  void remove_folder(const std::string& name) override {
    if (!is_there(name)) return say("ERR 404 no such folder");
    const auto erased =
        std::erase_if(disk_.files, [&](const auto& file) { return file.first.starts_with(name + "/"); });
    if (says_no && erased > 0) return say("ERR 409 not empty");
    disk_.folders.erase(name);
    say("OK");
  }
};
class ForgetsFolders final : public BftpConnection {
 public:
  using BftpConnection::BftpConnection;
  void make_folder(const std::string&) override { say("OK"); }
};

TEST(MakesFolders, BreaksWhatRemovesMoreThanAFolder) {
  const auto tree = outcome_of<RemovesTrees<false>>("makes_folders");
  EXPECT_EQ(tree.result, broken);
  EXPECT_THAT(tree.happened, HasSubstr("not empty, which is ERR 409, it answered OK"));
  const auto file = outcome_of<RemovesTrees<true>>("makes_folders");
  EXPECT_EQ(file.result, broken);
  EXPECT_THAT(file.happened, HasSubstr("its file does not come any more"));
}

TEST(MakesFolders, BreaksAFolderThatIsNotThere) {
  const auto outcome = outcome_of<ForgetsFolders>("makes_folders");
  EXPECT_EQ(outcome.result, broken);
  EXPECT_THAT(outcome.happened, HasSubstr("no line of the listing says \"D 0 own"));
}

/// Answers 403 to RMDIR: of what is not empty, of anything, or of what is gone.
enum class Forbids { full, all, gone };
template <Forbids what>
class Forbidding final : public BftpConnection {
 public:
  using BftpConnection::BftpConnection;
  void remove_folder(const std::string& name) override {
    const auto inside = disk_.files.lower_bound(name + "/");
    const bool is_full = inside != disk_.files.end() && inside->first.starts_with(name + "/");
    const bool forbids = what == Forbids::full ? is_full : what == Forbids::all || !is_there(name);
    forbids ? say("ERR 403 no") : BftpConnection::remove_folder(name);
  }
};

TEST(MakesFolders, BreaksA403OfWhatMayBeDone) {
  const auto full = outcome_of<Forbidding<Forbids::full>>("makes_folders");
  EXPECT_EQ(full.result, broken) << full.happened;
  EXPECT_THAT(full.happened, HasSubstr("RMDIR of a folder that is not empty, which is ERR 409, it answered "
                                       "\"ERR 403 no\""));
  EXPECT_THAT(full.cause, HasSubstr("ENOTEMPTY"));
  const auto gone = outcome_of<Forbidding<Forbids::gone>>("makes_folders");
  EXPECT_EQ(gone.result, broken) << gone.happened;
  EXPECT_THAT(gone.happened, HasSubstr("a folder that is gone, which is ERR 404"));
  const auto all = try_one<Forbidding<Forbids::all>>("makes_folders").outcomes.at("makes_folders");
  EXPECT_EQ(all.result, skipped);
  EXPECT_THAT(all.happened, HasSubstr("the server removes no folder"));
}

TEST(MakesFolders, BreaksAVerbThatWorkedAndIsUnknownThen) {
  class KnowsOnce final : public BftpConnection {
   public:
    using BftpConnection::BftpConnection;
    void make_folder(const std::string& name) override {
      is_there(name) ? say("ERR 405 unknown verb") : BftpConnection::make_folder(name);
    }
  };
  const auto outcome = outcome_of<KnowsOnce>("makes_folders");
  EXPECT_EQ(outcome.result, broken);
  EXPECT_THAT(outcome.happened, HasSubstr("MKDIR of a folder that exists, which is ERR 409"));
}

TEST(MakesFolders, AndMovesAreSkippedWhereTheVerbLacks) {
  class Neither final : public Refuses<405> {
   public:
    explicit Neither(Disk& disk) : Refuses(disk, {"MKDIR", "RMDIR", "MOVE"}) {}
  };
  EXPECT_EQ(outcome_of<Neither>("makes_folders").result, skipped);
  EXPECT_EQ(outcome_of<Neither>("moves_files").result, skipped);
}

class Copies final : public BftpConnection {
 public:
  using BftpConnection::BftpConnection;
  void move_file(const std::string& from, const std::string& to) override {
    const auto content = disk_.files.find(from);
    const bool is_there = content != disk_.files.end();
    const auto copy = is_there ? content->second : std::string();
    BftpConnection::move_file(from, to);
    if (is_there && has_parent(to)) disk_.files[from] = copy;
  }
};
/// Names end at the first space.
class SplitsAtSpaces final : public BftpConnection {
 public:
  using BftpConnection::BftpConnection;
  void move(const std::string& argument) override {
    const auto first = argument.find(' '), second = argument.find(' ', first + 1);
    if (second == std::string::npos) return say("ERR 400 malformed argument");
    move_file(argument.substr(first + 1, second - first - 1), argument.substr(second + 1));
  }
};
class RefusesByAnyCode final : public BftpConnection {
 public:
  using BftpConnection::BftpConnection;
  void move_file(const std::string& from, const std::string& to) override {
    if (!disk_.files.contains(from)) return say("ERR 500 failed");
    BftpConnection::move_file(from, to);
  }
};

class CopiesAndRemoves final : public BftpConnection {
 public:
  using BftpConnection::BftpConnection;
  void move_file(const std::string& from, const std::string& to) override {
    const bool is_itself = from == to;
    BftpConnection::move_file(from, to);
    if (is_itself) disk_.files.erase(from);
  }
};
class RefusesItself final : public BftpConnection {
 public:
  using BftpConnection::BftpConnection;
  void move_file(const std::string& from, const std::string& to) override {
    if (from == to) return say("ERR 409 the same file");
    BftpConnection::move_file(from, to);
  }
};

TEST(MovesFiles, KeepsAFileThatIsMovedOntoItself) {
  const auto lost = outcome_of<CopiesAndRemoves>("moves_files");
  EXPECT_EQ(lost.result, broken);
  EXPECT_THAT(lost.happened,
              HasSubstr("onto itself, to which the server answered OK, and then it did not come"));
  EXPECT_EQ(outcome_of<RefusesItself>("moves_files").result, kept);
}

TEST(MovesFiles, BreaksACopyASplitNameAndAWrongCode) {
  EXPECT_THAT(outcome_of<Copies>("moves_files").happened, HasSubstr("under its old name too"));
  const auto split = outcome_of<SplitsAtSpaces>("moves_files");
  EXPECT_EQ(split.result, broken);
  EXPECT_THAT(split.cause, HasSubstr("counts the bytes"));
  const auto code = outcome_of<RefusesByAnyCode>("moves_files");
  EXPECT_EQ(code.result, broken);
  EXPECT_THAT(code.happened, HasSubstr("which is ERR 404, it answered \"ERR 500 failed\""));
}

/// Looks for lower-case digits alone.
class LowerCaseAlone final : public BftpConnection {
 public:
  using BftpConnection::BftpConnection;
  void receive(std::string_view segment) override {
    const auto header = segment.substr(0, protocol::header_size);
    if (header.find_first_of("ABCDEF") == std::string_view::npos) return BftpConnection::receive(segment);
    say("ERR 400 no header");
    closed = true;
  }
};

TEST(UpperCaseHeader, BreaksWhoKnowsLowerCaseAlone) {
  const auto outcome = outcome_of<LowerCaseAlone>("upper_case_header");
  EXPECT_EQ(outcome.result, broken);
  EXPECT_THAT(outcome.happened, AllOf(HasSubstr("0000001A"), HasSubstr("ERR 400 no header")));
  EXPECT_THAT(outcome.reproduce, HasSubstr("0000001AGET "));
}

/// Knows lower case alone, and yet where the message ends.
class RefusesUpperCase final : public BftpConnection {
 public:
  using BftpConnection::BftpConnection;
  void receive(std::string_view segment) override {
    const auto header = segment.substr(0, protocol::header_size);
    if (header.find_first_of("ABCDEF") == std::string_view::npos) return BftpConnection::receive(segment);
    say("ERR 400 malformed header");
  }
};

TEST(UpperCaseHeader, BreaksWhoRefusesItAndGoesOn) {
  const auto outcome = outcome_of<RefusesUpperCase>("upper_case_header");
  EXPECT_EQ(outcome.result, broken);
  EXPECT_THAT(outcome.happened, HasSubstr("the server answered \"ERR 400 malformed header"));
}

}  // namespace
}  // namespace bftp::torture::verbs_test
