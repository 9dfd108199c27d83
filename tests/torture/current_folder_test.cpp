// conformance.current_folder: each verb's path is taken from the connection's folder.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <utility>

#include "tests/torture/fake_bftp.hpp"

namespace bftp::torture::current_folder_test {
namespace {

using namespace fakes;
using record::CaseResult;
using ::testing::HasSubstr;

template <class Connection>
CaseOutcome outcome_of(const CaseFiles& files = writable()) {
  auto trial = try_one<Connection>("current_folder", files);
  EXPECT_EQ(trial.disk.files.size(), 1U) << "what was there before";
  return trial.outcomes.at("current_folder");
}

TEST(CurrentFolder, PassesARightServer) {
  const auto outcome = outcome_of<BftpConnection>();
  EXPECT_EQ(outcome.result, CaseResult::kept) << outcome.happened;
  EXPECT_EQ(outcome.happened, "each verb took its path from the current folder");
}

TEST(CurrentFolder, IsLookedAtWhereNothingMayBeStored) {
  const auto outcome = outcome_of<BftpConnection>(some_files());
  EXPECT_EQ(outcome.result, CaseResult::kept) << outcome.happened;
  EXPECT_THAT(outcome.happened, HasSubstr("nothing was stored"));
}

/// Takes the path of requests that begin so from the root.
class FromTheRoot : public BftpConnection {
 public:
  FromTheRoot(Disk& disk, std::string begin) : BftpConnection(disk), begin_(std::move(begin)) {}
  void obey(const std::string& request) override {
    const auto place = folder();
    const bool is_meant = request.starts_with(begin_);
    if (is_meant) folder().clear();
    BftpConnection::obey(request == "LIST" && is_meant ? "LIST /" : request);
    if (is_meant) folder() = place;
  }

 private:
  std::string begin_;
};

class ListsTheRoot final : public FromTheRoot {
 public:
  explicit ListsTheRoot(Disk& disk) : FromTheRoot(disk, "LIST") {}
};
class ListsFromTheRoot final : public FromTheRoot {
 public:
  explicit ListsFromTheRoot(Disk& disk) : FromTheRoot(disk, "LIST ") {}
};
class StoresFromTheRoot final : public FromTheRoot {
 public:
  explicit StoresFromTheRoot(Disk& disk) : FromTheRoot(disk, "PUT ") {}
};
class RemovesFromTheRoot final : public FromTheRoot {
 public:
  explicit RemovesFromTheRoot(Disk& disk) : FromTheRoot(disk, "DELETE ") {}
};

TEST(CurrentFolder, BreaksAVerbThatBeginsAtTheRoot) {
  const auto bare = outcome_of<ListsTheRoot>();
  EXPECT_EQ(bare.result, CaseResult::broken);
  EXPECT_THAT(bare.happened, HasSubstr("LIST in a folder brought the listing of another one"));
  const auto relative = outcome_of<ListsFromTheRoot>();
  EXPECT_EQ(relative.result, CaseResult::broken);
  EXPECT_THAT(relative.happened, HasSubstr("LIST . in a folder brought the listing of another one"));
  const auto stored = outcome_of<StoresFromTheRoot>();
  EXPECT_EQ(stored.result, CaseResult::broken);
  EXPECT_THAT(stored.happened, HasSubstr("stored it in the root"));
  const auto removed = outcome_of<RemovesFromTheRoot>();
  EXPECT_EQ(removed.result, CaseResult::broken);
  EXPECT_THAT(removed.happened, HasSubstr("which is there, it answered \"ERR 404"));
}

TEST(CurrentFolder, BreaksAServerThatStoresInTheRootAlone) {
  class NoFolders final : public BftpConnection {
   public:
    using BftpConnection::BftpConnection;
    void obey(const std::string& request) override {
      if (request.starts_with("PUT ") && request.find('/') != std::string::npos) return say("ERR 404 no");
      BftpConnection::obey(request);
    }
  };
  const auto outcome = outcome_of<NoFolders>();
  EXPECT_EQ(outcome.result, CaseResult::broken);
  EXPECT_THAT(outcome.happened, HasSubstr("to PUT of folder/own"));
}

template <int code>
class RefusesVerb : public BftpConnection {
 public:
  RefusesVerb(Disk& disk, std::string verb) : BftpConnection(disk), verb_(std::move(verb)) {}
  void obey(const std::string& request) override {
    if (request.starts_with(verb_)) return say("ERR " + std::to_string(code) + " no");
    BftpConnection::obey(request);
  }

 private:
  std::string verb_;
};

TEST(CurrentFolder, LeavesOutWhatTheServerDoesNotOffer) {
  class NoCd final : public RefusesVerb<405> {
   public:
    explicit NoCd(Disk& disk) : RefusesVerb(disk, "CD") {}
  };
  class NoList final : public RefusesVerb<405> {
   public:
    explicit NoList(Disk& disk) : RefusesVerb(disk, "LIST") {}
  };
  class ReadOnly final : public RefusesVerb<403> {
   public:
    explicit ReadOnly(Disk& disk) : RefusesVerb(disk, "PUT") {}
  };
  EXPECT_EQ(outcome_of<NoCd>().result, CaseResult::tolerated);
  EXPECT_EQ(outcome_of<NoList>().result, CaseResult::kept);
  EXPECT_EQ(outcome_of<ReadOnly>().result, CaseResult::kept);
  auto files = writable();
  files.folder.reset();
  EXPECT_EQ(outcome_of<BftpConnection>(files).result, CaseResult::skipped);
}

TEST(CurrentFolder, KeepsAServerThatClosesAfterRefusals) {
  class ClosesAfterRefusal final : public BftpConnection {
   public:
    using BftpConnection::BftpConnection;
    void receive(std::string_view segment) override {
      BftpConnection::receive(segment);
      closed = closed || out.find("ERR") != std::string::npos;
    }
  };
  const auto outcome = outcome_of<ClosesAfterRefusal>();
  EXPECT_EQ(outcome.result, CaseResult::kept) << outcome.happened;
}

}  // namespace
}  // namespace bftp::torture::current_folder_test
