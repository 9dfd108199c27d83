// conformance.changes_folder: what CD and PWD say, and for whom.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/torture/fake_bftp.hpp"

namespace bftp::torture {
namespace {

using namespace fakes;
using record::CaseResult;
using ::testing::HasSubstr;

template <class Connection>
CaseOutcome of(const CaseFiles& files = some_files()) {
  return try_out<Connection>(files).outcomes.at("changes_folder");
}

TEST(ChangesFolder, PassesARightServer) {
  const auto outcome = of<BftpConnection>();
  EXPECT_EQ(outcome.result, CaseResult::kept) << outcome.happened;
  EXPECT_THAT(outcome.clauses, ::testing::ElementsAre("2.5", "4.4", "4.5"));
}

/// The objects of connections are used again.
class Recycled final : public BftpConnection {
 public:
  using BftpConnection::BftpConnection;
  std::string& folder() override { return disk_.cache["folder"]; }
};

TEST(ChangesFolder, BreaksAFolderThatTheNextClientInherits) {
  const auto outcome = of<Recycled>();
  EXPECT_EQ(outcome.result, CaseResult::broken);
  EXPECT_THAT(outcome.happened, HasSubstr("PWD of the next client"));
  EXPECT_THAT(outcome.cause, HasSubstr("outlives it"));
}

class CountsCharacters final : public BftpConnection {
 public:
  using BftpConnection::BftpConnection;
  void obey(const std::string& request) override {
    if (!request.starts_with("CD ") && request != "PWD") return BftpConnection::obey(request);
    BftpConnection::obey(request);
    const auto umlauts = static_cast<std::size_t>(
        std::ranges::count_if(out, [](char c) { return (static_cast<unsigned char>(c) & 0xc0) == 0x80; }));
    const auto payload = out.substr(protocol::header_size);
    out = protocol::encode_header(payload.size() - umlauts) + payload;
  }
};

TEST(ChangesFolder, BreaksALengthInCharacters) {
  const auto outcome = of<CountsCharacters>();
  EXPECT_EQ(outcome.result, CaseResult::broken);
  EXPECT_THAT(outcome.cause, HasSubstr("in bytes"));
}

TEST(ChangesFolder, BreaksAPathThatIsNotFromTheRoot) {
  class Bare final : public BftpConnection {
   public:
    using BftpConnection::BftpConnection;
    void obey(const std::string& request) override {
      if (request == "PWD") return say("OK " + folder());
      BftpConnection::obey(request);
    }
  };
  const auto outcome = of<Bare>();
  EXPECT_EQ(outcome.result, CaseResult::broken);
  EXPECT_THAT(outcome.happened, HasSubstr("PWD in that folder"));
}

TEST(ChangesFolder, BreaksAServerThatRefusesEveryWayUp) {
  class NoWayUp final : public BftpConnection {
   public:
    using BftpConnection::BftpConnection;
    void obey(const std::string& request) override {
      if (request.find("..") != std::string::npos) return say("ERR 403 no");
      BftpConnection::obey(request);
    }
  };
  const auto outcome = of<NoWayUp>();
  EXPECT_EQ(outcome.result, CaseResult::broken);
  EXPECT_THAT(outcome.happened, HasSubstr("to CD .. after a CD that worked"));
}

TEST(ChangesFolder, ToleratesAServerWithoutFoldersAndIsSkippedWhereNoneIsKnown) {
  class None final : public BftpConnection {
   public:
    using BftpConnection::BftpConnection;
    void obey(const std::string& request) override {
      if (request.starts_with("CD ")) return say("ERR 405 no");
      BftpConnection::obey(request);
    }
  };
  EXPECT_EQ(of<None>().result, CaseResult::tolerated);
  auto files = some_files();
  files.folder.reset();
  files.named_folder.reset();
  EXPECT_EQ(of<BftpConnection>(files).result, CaseResult::skipped);
}

}  // namespace
}  // namespace bftp::torture
