// Framing cases whose refusal has a code in bftp, and none in the other dialects.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <string>

#include "tests/torture/fake_bftp.hpp"

namespace bftp::torture::refusal_codes_test {
namespace {

using namespace fakes;
using record::CaseDemand;
using record::CaseOutcome;
using record::CaseResult;
using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

constexpr auto cases = {"empty_request", "name_with_crlf", "name_with_lf", "name_with_nul"};

template <class Connection>
std::map<std::string, CaseOutcome> in_transfer() {
  Disk disk;
  FakeSubject subject([&] { return std::make_unique<Connection>(disk); });
  std::map<std::string, CaseOutcome> outcomes;
  for (auto& one : run_suites(subject, {"transfer"}, "bftp", writable())) {
    const auto id = one.id;
    outcomes[id.substr(id.find('.') + 1)] = std::move(one);
  }
  return outcomes;
}

TEST(RefusalCodes, AreDemandedInBftpWithTheirClause) {
  auto outcomes = in_transfer<BftpConnection>();
  for (const char* id : cases) {
    EXPECT_EQ(outcomes.at(id).result, CaseResult::kept) << id << outcomes.at(id).happened;
    EXPECT_EQ(outcomes.at(id).demand, CaseDemand::must) << id;
  }
  EXPECT_THAT(outcomes.at("empty_request").clauses, ElementsAre("4.13"));
  EXPECT_THAT(outcomes.at("name_with_nul").clauses, ElementsAre("3.3", "1.4"));
  EXPECT_THAT(outcomes.at("name_with_lf").clauses, ElementsAre("4.13", "1.4"));
}

/// Looks for a file of any name.
class LooksForAnything final : public BftpConnection {
 public:
  using BftpConnection::BftpConnection;
  void obey(const std::string& request) override {
    const bool is_odd =
        request.empty() || std::ranges::any_of(request, [](unsigned char c) { return c < 0x20; });
    if (is_odd) return say("ERR 404 no such file");
    BftpConnection::obey(request);
  }
};

TEST(RefusalCodes, AreNoOthers) {
  auto outcomes = in_transfer<LooksForAnything>();
  for (const char* id : cases) {
    EXPECT_EQ(outcomes.at(id).result, CaseResult::broken) << id;
    EXPECT_THAT(outcomes.at(id).happened, AllOf(HasSubstr("ERR 404"), HasSubstr("ERR 400 is due"))) << id;
    EXPECT_THAT(outcomes.at(id).cause, HasSubstr("refused by 400")) << id;
  }
}

/// Takes the end of a line for the end of a name.
class Strips final : public BftpConnection {
 public:
  using BftpConnection::BftpConnection;
  void obey(const std::string& request) override {
    BftpConnection::obey(request.substr(0, request.find_last_not_of(std::string_view("\0\r\n", 3)) + 1));
  }
};

TEST(RefusalCodes, AreDueWhereTheServerTakesTheEndOff) {
  auto outcomes = in_transfer<Strips>();
  EXPECT_EQ(outcomes.at("name_with_nul").result, CaseResult::broken);
  EXPECT_THAT(outcomes.at("name_with_nul").happened, HasSubstr("sent a file, and ERR 400 is due"));
}

class Closes final : public BftpConnection {
 public:
  using BftpConnection::BftpConnection;
  void obey(const std::string& request) override {
    closed = request.empty() || request.back() == '\n';
    if (!closed) BftpConnection::obey(request);
  }
};

TEST(RefusalCodes, TolerateACloseWithoutAByte) {
  auto outcomes = in_transfer<Closes>();
  EXPECT_EQ(outcomes.at("empty_request").result, CaseResult::tolerated);
  EXPECT_EQ(outcomes.at("name_with_lf").result, CaseResult::tolerated);
}

/// Sends, where there is no such file, one that has no end.
class Floods final : public BftpConnection {
 public:
  using BftpConnection::BftpConnection;
  void obey(const std::string& request) override {
    if (request.find("no-such") == std::string::npos) return BftpConnection::obey(request);
    say("OK 9223372036854775807");
    is_flooding_ = true;
  }
  void more() override {
    if (is_flooding_) out += std::string(1u << 20, 'x');
  }

 private:
  bool is_flooding_ = false;
};

TEST(EndlessAnswer, IsNotSaidToHaveEnded) {
  const auto outcome = in_transfer<Floods>().at("missing_file");
  EXPECT_EQ(outcome.result, CaseResult::broken);
  EXPECT_THAT(outcome.happened, HasSubstr("reading stopped after 16777"));
  EXPECT_THAT(outcome.wire, ::testing::Contains(HasSubstr("reading stopped after 16777")));
}

}  // namespace
}  // namespace bftp::torture::refusal_codes_test
