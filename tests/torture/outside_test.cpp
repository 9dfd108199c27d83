// The hostile cases: a file beside the served folder.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/torture/fakes.hpp"

namespace bftp::torture {
namespace {

using namespace fakes;
using record::CaseDemand;
using record::CaseResult;
using ::testing::HasSubstr;

/// Gives the neighbour away to one name; to others it is a right server.
class Leaky final : public NulConnection {
 public:
  explicit Leaky(std::string name, std::string given = some_files().outside->content)
      : name_(std::move(name)), given_(std::move(given)) {}
  void answer(const std::string& name) override {
    if (name == name_) out += given_;
    NulConnection::answer(name);
  }

 private:
  std::string name_;
  std::string given_;
};

record::CaseOutcome of_leaky(const std::string& name, const char* id) {
  FakeSubject subject([&] { return std::make_unique<Leaky>(name); });
  return find(run_suites(subject, {"hostile"}), id);
}

TEST(ParentFolder, BreaksAServerThatFollowsAnyOfTheWays) {
  for (const auto* name :
       {"../root-beside-1.bin", "probe.d/../../root-beside-1.bin", "/srv/root-beside-1.bin"}) {
    const auto outcome = of_leaky(name, "hostile.parent_folder");
    EXPECT_EQ(outcome.result, CaseResult::broken) << name;
    EXPECT_EQ(outcome.demand, CaseDemand::asked) << "no clause binds nul";
    EXPECT_THAT(outcome.happened, HasSubstr(std::string("asked for as \"") + name));
    EXPECT_THAT(outcome.reproduce, HasSubstr(name)) << "the request that worked, not those before it";
    EXPECT_THAT(outcome.clauses, ::testing::ElementsAre("3.2"));
  }
}

TEST(ParentFolder, BreaksAServerThatListsTheFolderAbove) {
  FakeSubject subject([] { return std::make_unique<Leaky>("..", "root\nroot-beside-1.bin\n"); });
  const auto outcome = find(run_suites(subject, {"hostile"}), "hostile.parent_folder");
  EXPECT_EQ(outcome.result, CaseResult::broken);
  EXPECT_THAT(outcome.happened, HasSubstr("listed the folder above"));
}

TEST(ParentFolder, IsKeptByAServerThatRepeatsTheNameInItsRefusal) {
  FakeSubject subject(
      [] { return std::make_unique<Leaky>("../root-beside-1.bin", "../root-beside-1.bin: no such file"); });
  EXPECT_EQ(find(run_suites(subject, {"hostile"}), "hostile.parent_folder").result, CaseResult::kept);
}

TEST(ParentFolder, IsNotTriedWhereTheRootIsNotOurs) {
  auto files = some_files();
  files.outside.reset();
  FakeSubject subject([] { return std::make_unique<NulConnection>(); });
  for (const auto& outcome : run_suites(subject, {"hostile"}, "nul", files)) {
    EXPECT_EQ(outcome.result, CaseResult::skipped) << outcome.id;
    EXPECT_THAT(outcome.happened, HasSubstr("not ours"));
  }
}

/// Leaves what it refuses unanswered.
class Hangs final : public NulConnection {
 public:
  void answer(const std::string& name) override {
    NulConnection::answer(name);
    if (out.empty()) closed = false;
  }
};

TEST(ParentFolder, ToleratesASilentRefusal) {
  FakeSubject subject([] { return std::make_unique<Hangs>(); });
  const auto outcome = find(run_suites(subject, {"hostile"}), "hostile.parent_folder");
  EXPECT_EQ(outcome.result, CaseResult::tolerated);
  EXPECT_THAT(outcome.happened, HasSubstr("unanswered"));
}

/// A right server of clause 7.7, but for one target.
class LeakyHttp final : public FakeConnection {
 public:
  explicit LeakyHttp(std::string target) : target_(std::move(target)) {}
  void receive(std::string_view segment) override {
    input_ += segment;
    if (input_.find("\r\n\r\n") == std::string::npos) return;
    const auto files = some_files();
    const auto target = input_.substr(4, input_.find(' ', 4) - 4);
    const bool probe = target == "/" + files.probe.name;
    out = probe || target == target_ ? "HTTP/1.0 200 OK\r\n\r\n" : "HTTP/1.0 404 Not Found\r\n\r\n";
    out += probe ? files.probe.content : target == target_ ? files.outside->content : "";
    closed = true;
  }

 private:
  std::string target_;
  std::string input_;
};

TEST(ParentFolder, IsAskedForInHttpWithEscapes) {
  for (const auto* target :
       {"/../root-beside-1.bin", "/%2E%2E/root-beside-1%2Ebin", "/%2E%2E%2Froot-beside-1%2Ebin"}) {
    FakeSubject subject([&] { return std::make_unique<LeakyHttp>(target); });
    const auto outcome = find(run_suites(subject, {"hostile"}, "http"), "hostile.parent_folder");
    EXPECT_EQ(outcome.result, CaseResult::broken) << target;
    EXPECT_EQ(outcome.demand, CaseDemand::must) << "RFC 1945 binds every server of HTTP";
    EXPECT_THAT(outcome.clauses, ::testing::ElementsAre("7.7", "RFC 1945, 12.5"));
  }
}

TEST(SymbolicLink, IsForbiddenInBftpAloneAndAWarningElsewhere) {
  const auto outcome = of_leaky("probe-link", "hostile.symbolic_link");
  EXPECT_EQ(outcome.result, CaseResult::broken);
  EXPECT_EQ(outcome.demand, CaseDemand::should);
  EXPECT_THAT(outcome.cause, HasSubstr("No clause forbids it here"));
  const auto& cases = cases_for({"hostile"}, *find_speech("bftp"));
  const auto found = std::ranges::find(cases, "hostile.symbolic_link", &Case::id);
  ASSERT_NE(found, cases.end());
  EXPECT_EQ((*found)->demand(*find_speech("bftp")), CaseDemand::must);
}

TEST(SymbolicLink, LeadsNowhereWithinAPathEither) {
  const auto outcome = of_leaky("probe-out/in.bin", "hostile.symbolic_link");
  EXPECT_EQ(outcome.result, CaseResult::broken);
  EXPECT_THAT(outcome.happened, HasSubstr("a link to a folder outside its own"));
}

TEST(SymbolicLink, IsKeptByAServerThatRefuses) {
  EXPECT_EQ(of_leaky("another", "hostile.symbolic_link").result, CaseResult::kept);
}

}  // namespace
}  // namespace bftp::torture
