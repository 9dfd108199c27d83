#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "harness/torture/ftp_session.hpp"
#include "harness/torture/suite_runner.hpp"
#include "tests/torture/fake_ftp.hpp"

/// The cases against servers of FTP: a right one, and one for each way to be wrong.
namespace bftp::torture::ftp_cases_test {
namespace {

using namespace fakes;
using record::CaseOutcome;
using record::CaseResult;
using ::testing::AllOf;
using ::testing::Contains;
using ::testing::Each;
using ::testing::HasSubstr;
using ::testing::Not;

/// Those that store files have a test of their own.
std::vector<const Case*> cases_that_only_ask() {
  auto cases = cases_for({"transfer"}, *find_speech("ftp"));
  std::erase_if(cases, [](const Case* one) { return one->category() == "conformance"; });
  return cases;
}

std::vector<CaseOutcome> run(FakeSubject& subject, const CaseFiles& files = some_files(),
                             const Login& login = {}) {
  const std::atomic<bool> stop = false;
  const auto& speech = *find_speech("ftp");
  return run_suite(cases_that_only_ask(), subject,
                   {.speech = speech,
                    .files = files,
                    .patience_max = milliseconds(30'000),
                    .stop = stop,
                    .progress = {},
                    .login = login});
}

template <class Control>
std::vector<CaseOutcome> run_against() {
  FtpSubject<Control> server;
  return run(server.subject);
}

/// The ids of those that are not kept, with what was found.
std::map<std::string, CaseResult> not_kept(const std::vector<CaseOutcome>& outcomes) {
  std::map<std::string, CaseResult> results;
  for (const auto& one : outcomes)
    if (one.result != CaseResult::kept) results[one.id] = one.result;
  return results;
}

const CaseOutcome& find(const std::vector<CaseOutcome>& outcomes, std::string_view id) {
  const auto found = std::ranges::find(outcomes, id, &CaseOutcome::id);
  if (found != outcomes.end()) return *found;
  ADD_FAILURE() << "no outcome of " << id;
  static const CaseOutcome none;
  return none;
}

using Results = std::map<std::string, CaseResult>;

TEST(FtpCases, PassARightServer) {
  const auto outcomes = run_against<FtpControl>();
  EXPECT_EQ(outcomes.size(), cases_that_only_ask().size());
  EXPECT_GE(outcomes.size(), 16U);
  for (const auto& outcome : outcomes) {
    EXPECT_EQ(outcome.result, CaseResult::kept) << outcome.id << ": " << outcome.happened;
    EXPECT_EQ(outcome.server_after, "") << outcome.id;
    EXPECT_EQ(outcome.reproduce, "") << outcome.id << ": a pipe cannot hold a dialogue";
  }
}

TEST(FtpCases, SayNothingBeforeTheyLeaveAtOnce) {
  const auto outcomes = run_against<FtpControl>();
  EXPECT_THAT(find(outcomes, "framing.closes_at_once").wire, Each(Not(HasSubstr("sent"))));
  EXPECT_THAT(find(outcomes, "framing.closes_after_request").wire,
              AllOf(Contains(HasSubstr("RETR probe.bin")), Each(Not(HasSubstr("data connection, then")))));
}

/// Takes each segment for a whole command.
class OneReceive final : public FtpControl {
 public:
  using FtpControl::FtpControl;
  void receive(std::string_view segment) override {
    obey(std::string(segment.substr(0, segment.find_first_of("\r\n"))));
  }
};

TEST(FtpCases, BreakAServerThatReceivesOnce) {
  const auto outcomes = run_against<OneReceive>();
  EXPECT_EQ(not_kept(outcomes), (Results{{"framing.byte_by_byte", CaseResult::broken},
                                         {"framing.name_in_two_segments", CaseResult::broken},
                                         {"framing.two_commands_in_one_segment", CaseResult::broken}}));
  const auto& halves = find(outcomes, "framing.name_in_two_segments");
  EXPECT_EQ(halves.demand, record::CaseDemand::must);
  EXPECT_THAT(halves.clauses, Contains("RFC 959, 5.3"));
  EXPECT_THAT(halves.cause, HasSubstr("is there: CR LF."));
  EXPECT_EQ(find(outcomes, "framing.two_commands_in_one_segment").demand, record::CaseDemand::should);
}

/// Has the user log in again after each error.
class ClosesAfterRefusal final : public FtpControl {
 public:
  using FtpControl::FtpControl;
  void refuse() override {
    FtpControl::refuse();
    closed = true;
  }
};

TEST(FtpCases, BreakAServerThatEndsTheSessionWithARefusal) {
  const auto outcomes = run_against<ClosesAfterRefusal>();
  EXPECT_EQ(not_kept(outcomes), (Results{{"framing.serves_on_after_refusal", CaseResult::broken}}));
  EXPECT_THAT(find(outcomes, "framing.serves_on_after_refusal").happened, HasSubstr("closed the connection"));
}

/// Sends words where a refusal is due.
class Talkative final : public FtpControl {
 public:
  using FtpControl::FtpControl;
  void refuse() override { send_data("File not found"); }
};

TEST(FtpCases, BreakAServerWhoseErrorsLookLikeFiles) {
  const auto outcomes = run_against<Talkative>();
  const auto& outcome = find(outcomes, "framing.missing_file");
  EXPECT_EQ(outcome.result, CaseResult::broken);
  EXPECT_THAT(outcome.happened, AllOf(HasSubstr("sent 14 bytes"), HasSubstr("File not found")));
  EXPECT_EQ(find(outcomes, "framing.serves_on_after_refusal").result, CaseResult::broken);
}

class RefusesOtherwise final : public FtpControl {
 public:
  using FtpControl::FtpControl;
  void refuse() override { say("553 not like this"); }
};

TEST(FtpCases, TolerateAnotherRefusalOfAMissingFile) {
  EXPECT_EQ(not_kept(run_against<RefusesOtherwise>()),
            (Results{{"framing.missing_file", CaseResult::tolerated}}));
}

/// Passes over an empty line, as vsftpd does.
class PassesOver : public FtpControl {
 public:
  using FtpControl::FtpControl;
  void obey(const std::string& line) override {
    if (!line.empty()) FtpControl::obey(line);
  }
};

/// Has no way back from an empty line.
class Lost final : public FtpControl {
 public:
  using FtpControl::FtpControl;
  void obey(const std::string& line) override {
    is_lost_ = is_lost_ || line.empty();
    if (!is_lost_) FtpControl::obey(line);
  }

 private:
  bool is_lost_ = false;
};

TEST(FtpCases, WarnOfAnEmptyLineThatEndsTheService) {
  EXPECT_EQ(not_kept(run_against<PassesOver>()), Results{});
  const auto outcomes = run_against<Lost>();
  EXPECT_EQ(not_kept(outcomes), (Results{{"framing.empty_request", CaseResult::broken}}));
  EXPECT_EQ(find(outcomes, "framing.empty_request").demand, record::CaseDemand::should);
}

/// Each of these answers one command in a way of its own.
template <class Words>
class AnswersOne final : public FtpControl {
 public:
  using FtpControl::FtpControl;
  void obey(const std::string& line) override {
    if (!line.starts_with(Words::verb)) return FtpControl::obey(line);
    if (Words::as_data) return send_data(Words::answer);
    say(Words::answer);
  }
};

struct BarePath {
  static constexpr const char* verb = "PWD";
  static constexpr const char* answer = "257 /";
  static constexpr bool as_data = false;
};
struct WrongCode {
  static constexpr const char* verb = "PWD";
  static constexpr const char* answer = "200 \"/\"";
  static constexpr bool as_data = false;
};
struct WithoutPwd {
  static constexpr const char* verb = "PWD";
  static constexpr const char* answer = "502 not here";
  static constexpr bool as_data = false;
};
struct AlwaysHome {
  static constexpr const char* verb = "PWD";
  static constexpr const char* answer = "257 \"/\" is where you always are";
  static constexpr bool as_data = false;
};
struct StaysThere {
  static constexpr const char* verb = "CWD ";
  static constexpr const char* answer = "250 changed";
  static constexpr bool as_data = false;
};
struct WithoutCwd {
  static constexpr const char* verb = "CWD ";
  static constexpr const char* answer = "502 not here";
  static constexpr bool as_data = false;
};
struct EmptyListing {
  static constexpr const char* verb = "LIST";
  static constexpr const char* answer = "";
  static constexpr bool as_data = true;
};
struct ListingOfLikeNames {
  static constexpr const char* verb = "LIST";
  static constexpr const char* answer = "folder\r\nnot-probe.bin\r\nprobe.bin.old\r\n";
  static constexpr bool as_data = true;
};
struct BareListing {
  static constexpr const char* verb = "LIST";
  static constexpr const char* answer = "probe.bin\nfolder/\n";
  static constexpr bool as_data = true;
};
struct ListingInTheReply {
  static constexpr const char* verb = "LIST";
  static constexpr const char* answer = "212 probe.bin folder";
  static constexpr bool as_data = false;
};
struct WithoutList {
  static constexpr const char* verb = "LIST";
  static constexpr const char* answer = "502 not here";
  static constexpr bool as_data = false;
};

TEST(FtpCases, ReadWhatPwdSays) {
  EXPECT_EQ(not_kept(run_against<AnswersOne<BarePath>>()),
            (Results{{"framing.names_its_folder", CaseResult::broken}}));
  EXPECT_EQ(not_kept(run_against<AnswersOne<WrongCode>>()),
            (Results{{"framing.names_its_folder", CaseResult::broken}}));
  EXPECT_EQ(not_kept(run_against<AnswersOne<WithoutPwd>>()),
            (Results{{"framing.names_its_folder", CaseResult::tolerated}}));
}

TEST(FtpCases, NoticeACwdThatChangesNothing) {
  EXPECT_EQ(not_kept(run_against<AnswersOne<StaysThere>>()),
            (Results{{"framing.changes_folder", CaseResult::broken}}));
  const auto outcomes = run_against<AnswersOne<AlwaysHome>>();
  EXPECT_EQ(not_kept(outcomes), (Results{{"framing.changes_folder", CaseResult::broken}}));
  EXPECT_THAT(find(outcomes, "framing.changes_folder").happened, HasSubstr("/folder is due"));
  EXPECT_EQ(not_kept(run_against<AnswersOne<WithoutCwd>>()),
            (Results{{"framing.changes_folder", CaseResult::tolerated}}));
}

/// Does not call the parent "..": it is reached by CDUP, or by its path.
template <bool has_cdup, bool has_path, bool moves = false>
class NoDots final : public FtpControl {
 public:
  using FtpControl::FtpControl;
  void obey(const std::string& line) override {
    if (line == "CDUP" && has_cdup) {
      folder = "/";
      return say("200 changed");
    }
    FtpControl::obey(line);
  }
  void cwd(const std::string& to) override {
    const bool is_back = to == "/" && has_path;
    if (to != ".." && !is_back) return FtpControl::cwd(to);
    if (is_back || moves) folder = "/";
    say(is_back ? "250 changed" : "550 no such folder");
  }
};

TEST(FtpCases, GoBackByAnotherWayThanDots) {
  EXPECT_EQ(not_kept(run_against<NoDots<true, false>>()), Results{});
  EXPECT_EQ(not_kept(run_against<NoDots<false, true>>()), Results{});
  const auto stuck = run_against<NoDots<false, false>>();
  EXPECT_EQ(not_kept(stuck), (Results{{"framing.changes_folder", CaseResult::broken}}));
  EXPECT_THAT(find(stuck, "framing.changes_folder").happened,
              AllOf(HasSubstr("by CWD .., it answered"), HasSubstr("by CDUP, it answered \"500"),
                    HasSubstr("by CWD /, it answered")));
  const auto moved = run_against<NoDots<true, true, true>>();
  EXPECT_EQ(not_kept(moved), (Results{{"framing.changes_folder", CaseResult::broken}}));
  EXPECT_THAT(find(moved, "framing.changes_folder").happened, HasSubstr("and then, asked for its folder"));
}

TEST(FtpCases, ReadTheListingWhateverItsForm) {
  for (const auto& outcomes :
       {run_against<AnswersOne<EmptyListing>>(), run_against<AnswersOne<ListingOfLikeNames>>(),
        run_against<AnswersOne<ListingInTheReply>>()})
    EXPECT_EQ(not_kept(outcomes), (Results{{"framing.lists_files", CaseResult::broken}}));
  EXPECT_EQ(not_kept(run_against<AnswersOne<BareListing>>()), Results{});
  EXPECT_EQ(not_kept(run_against<AnswersOne<WithoutList>>()),
            (Results{{"framing.lists_files", CaseResult::tolerated}}));
}

TEST(FtpCases, DoWithoutAFolderInARootOfSomebodyElse) {
  FtpSubject<> server;
  auto files = some_files();
  files.folder.reset();
  files.long_named.reset();
  const auto outcomes = run(server.subject, files);
  EXPECT_EQ(not_kept(outcomes), (Results{{"framing.changes_folder", CaseResult::skipped}}));
}

/// Lets one user in.
class Guarded final : public FtpControl {
 public:
  using FtpControl::FtpControl;
  void obey(const std::string& line) override {
    if (line.starts_with("PASS") && (line != "PASS open sesame" || commands.back() != "USER ali"))
      return say("530 not you");
    FtpControl::obey(line);
  }
};

TEST(FtpCases, LogInAndKeepThePasswordOutOfTheLog) {
  FtpSubject<Guarded> server;
  const auto outcomes = run(server.subject, some_files(), {"ali", "open sesame"});
  EXPECT_EQ(not_kept(outcomes), Results{});
  for (const auto& outcome : outcomes) EXPECT_THAT(outcome.wire, Each(Not(HasSubstr("sesame"))));
}

TEST(FtpCases, AreNotTriedWhereNobodyIsLetIn) {
  const auto outcomes = run_against<Guarded>();
  for (const auto& outcome : outcomes) {
    EXPECT_EQ(outcome.result, CaseResult::unknown);
    EXPECT_THAT(outcome.happened, HasSubstr("530 not you"));
  }
}

/// Knows EPSV alone.
class Extended final : public FtpControl {
 public:
  using FtpControl::FtpControl;
  void obey(const std::string& line) override {
    if (line != "EPSV") return FtpControl::obey(line);
    FtpControl::pasv();
    const auto begin = out.rfind("227");
    const auto reply = ftp_reply_at(std::string_view(out).substr(begin));
    out.erase(begin);
    say("229 Entering Extended Passive Mode (|||" + std::to_string(*ftp_data_port(reply)) + "|)");
  }
  void pasv() override { say("502 not here"); }
};

TEST(FtpCases, TakeEpsvWherePasvIsRefused) {
  EXPECT_EQ(not_kept(run_against<Extended>()), Results{});
}

TEST(FtpReply, IsReadAsTheRfcsSay) {
  EXPECT_EQ(ftp_reply_at("200 fine\r\n200 more\r\n").text, "200 fine\r\n");
  EXPECT_EQ(ftp_reply_at("200-fine\n200-still\n 200 no\n200 end\n").text,
            "200-fine\n200-still\n 200 no\n200 end\n");
  EXPECT_EQ(ftp_reply_at("200").code, 0);
  EXPECT_EQ(ftp_reply_at("200\r\n").code, 200);
  EXPECT_EQ(ftp_reply_at("2000 too long\r\n").lost, FtpReply::Lost::nonsense);
  EXPECT_EQ(ftp_reply_at("999 no\r\n").lost, FtpReply::Lost::nonsense);
  EXPECT_EQ(ftp_reply_at("\r\n").lost, FtpReply::Lost::nonsense);

  const auto port = [](const char* line) {
    return ftp_data_port(ftp_reply_at(line));
  };
  EXPECT_EQ(port("227 Entering Passive Mode (127,0,0,1,4,1)\r\n"), 1'025);
  EXPECT_EQ(port("227 =127,0,0,1,255,255\r\n"), 65'535);
  EXPECT_EQ(port("227 127,0,0,1,256,0\r\n"), std::nullopt);
  EXPECT_EQ(port("227 127,0,0,1,0,0\r\n"), std::nullopt);
  EXPECT_EQ(port("227 somewhere\r\n"), std::nullopt);
  EXPECT_EQ(port("229 here (|||6446|)\r\n"), 6'446);
  EXPECT_EQ(port("229 here (|||65536|)\r\n"), std::nullopt);

  const auto folder = [](const char* line) {
    return ftp_folder(ftp_reply_at(line));
  };
  EXPECT_EQ(folder("257 \"/a \"\"b\"\"\" created\r\n"), "/a \"b\"");
  EXPECT_EQ(folder("257 \"\"\r\n"), std::nullopt);
  EXPECT_EQ(folder("257 \"/a\r\n"), std::nullopt);
  EXPECT_EQ(folder("250 \"/\"\r\n"), std::nullopt);
}

}  // namespace
}  // namespace bftp::torture::ftp_cases_test
