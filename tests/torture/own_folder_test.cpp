// conformance.own_folder: whose current folder it is.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/torture/fake_bftp.hpp"

namespace bftp::torture::own_folder_test {
namespace {

using namespace fakes;
using record::CaseResult;
using ::testing::HasSubstr;

template <class Connection>
CaseOutcome of(const CaseFiles& files = some_files()) {
  return try_out<Connection>(files).outcomes.at("own_folder");
}

TEST(OwnFolder, PassesARightServer) {
  const auto outcome = of<BftpConnection>();
  EXPECT_EQ(outcome.result, CaseResult::kept) << outcome.happened;
  EXPECT_THAT(outcome.clauses, ::testing::ElementsAre("2.5", "4.5"));
}

/// chdir().
class Shared : public BftpConnection {
 public:
  using BftpConnection::BftpConnection;
  std::string& folder() override { return disk_.cache["folder"]; }
};

TEST(OwnFolder, BreaksAFolderThatAllShare) {
  const auto outcome = of<Shared>();
  EXPECT_EQ(outcome.result, CaseResult::broken);
  EXPECT_THAT(outcome.happened, HasSubstr("another did not get a file of the root: it answered \"ERR 404"));
  EXPECT_THAT(outcome.cause, HasSubstr("chdir()"));
}

/// chdir() as well, and back for each that comes.
class SharedAndReset final : public Shared {
 public:
  explicit SharedAndReset(Disk& disk) : Shared(disk) { folder().clear(); }
};

TEST(OwnFolder, BreaksAFolderThatTheNextClientTakesBack) {
  const auto outcome = of<SharedAndReset>();
  EXPECT_EQ(outcome.result, CaseResult::broken);
  EXPECT_THAT(outcome.happened, HasSubstr("the first did not get the file of its folder"));
}

template <int code>
class Refuses final : public BftpConnection {
 public:
  using BftpConnection::BftpConnection;
  void obey(const std::string& request) override {
    if (request.starts_with("CD ")) return say("ERR " + std::to_string(code) + " no");
    BftpConnection::obey(request);
  }
};

TEST(OwnFolder, IsTellingOfAServerWithoutFolders) {
  EXPECT_EQ(of<Refuses<405>>().result, CaseResult::tolerated);
  EXPECT_EQ(of<Refuses<404>>().result, CaseResult::broken) << "the folder is there";
}

TEST(OwnFolder, IsSkippedWhereNoFolderIsKnown) {
  auto files = some_files();
  files.folder.reset();
  const auto outcome = of<BftpConnection>(files);
  EXPECT_EQ(outcome.result, CaseResult::skipped);
  EXPECT_THAT(outcome.happened, HasSubstr("not ours"));
}

}  // namespace
}  // namespace bftp::torture::own_folder_test
