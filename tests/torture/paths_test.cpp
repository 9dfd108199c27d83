// conformance.paths: what a path may look like, and how long.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "tests/torture/fake_bftp.hpp"

namespace bftp::torture::paths_test {
namespace {

using namespace fakes;
using record::CaseResult;
using ::testing::HasSubstr;

template <class Connection>
CaseOutcome outcome_of(const CaseFiles& files = writable()) {
  auto trial = try_one<Connection>("paths", files);
  EXPECT_EQ(trial.disk.files.size(), 1U) << "what was there before";
  return trial.outcomes.at("paths");
}

TEST(Paths, PassARightServer) {
  for (const auto& files : {writable(), some_files()}) {
    const auto outcome = outcome_of<BftpConnection>(files);
    EXPECT_EQ(outcome.result, CaseResult::kept) << outcome.happened;
  }
}

/// Knows no path that holds `part`.
class Refuses : public BftpConnection {
 public:
  Refuses(Disk& disk, std::string part) : BftpConnection(disk), part_(std::move(part)) {}
  void obey(const std::string& request) override {
    if (request.find(part_) != std::string::npos) return say("ERR 404 no such file");
    BftpConnection::obey(request);
  }

 private:
  std::string part_;
};

TEST(Paths, BreakAServerThatKnowsOneOfThem) {
  class NoWhole final : public Refuses {
   public:
    explicit NoWhole(Disk& disk) : Refuses(disk, "GET /") {}
  };
  class NoDouble final : public Refuses {
   public:
    explicit NoDouble(Disk& disk) : Refuses(disk, "//") {}
  };
  class NoWayUp final : public Refuses {
   public:
    explicit NoWayUp(Disk& disk) : Refuses(disk, "..") {}
  };
  class NoSlashBehind final : public Refuses {
   public:
    explicit NoSlashBehind(Disk& disk) : Refuses(disk, "LIST folder/") {}
  };
  EXPECT_THAT(outcome_of<NoWhole>().happened, HasSubstr("did not come by GET /probe.bin"));
  EXPECT_THAT(outcome_of<NoDouble>().happened, HasSubstr("did not come by GET //probe.bin"));
  EXPECT_THAT(outcome_of<NoWayUp>().happened, HasSubstr("did not come by GET folder/../probe.bin"));
  EXPECT_THAT(outcome_of<NoSlashBehind>().happened, HasSubstr("to LIST folder/"));
  EXPECT_EQ(outcome_of<NoDouble>().result, CaseResult::broken);
}

TEST(Paths, BreakAServerThatStripsSpaces) {
  class Strips final : public BftpConnection {
   public:
    using BftpConnection::BftpConnection;
    std::optional<std::string> from_root(const std::string& path) override {
      const auto begin = path.find_first_not_of(' ');
      if (begin == std::string::npos) return BftpConnection::from_root(path);
      return BftpConnection::from_root(path.substr(begin, path.find_last_not_of(' ') - begin + 1));
    }
  };
  const auto outcome = outcome_of<Strips>();
  EXPECT_EQ(outcome.result, CaseResult::broken);
  EXPECT_THAT(outcome.happened, HasSubstr("what was stored as \" own"));
  EXPECT_THAT(outcome.cause, HasSubstr("trim()"));
}

/// A buffer of 4 KiB: `closes`, or takes no more of a request.
template <bool closes>
class SmallBuffer final : public BftpConnection {
 public:
  using BftpConnection::BftpConnection;
  void obey(const std::string& request) override {
    if (request.size() <= 4'096) return BftpConnection::obey(request);
    if (closes)
      closed = true;
    else
      say("ERR 413 too long");
  }
};

TEST(Paths, BreakAServerWithoutRoomForTheLongestRequest) {
  const auto closed = outcome_of<SmallBuffer<true>>();
  EXPECT_EQ(closed.result, CaseResult::broken);
  EXPECT_THAT(closed.happened, HasSubstr("to a GET of 65536 bytes, the longest request, it closed"));
  const auto refused = outcome_of<SmallBuffer<false>>();
  EXPECT_EQ(refused.result, CaseResult::broken);
  EXPECT_THAT(refused.happened, HasSubstr("is not too long"));
}

TEST(Paths, KeepAServerOfAnotherLimitForPaths) {
  class SystemLimit final : public BftpConnection {
   public:
    using BftpConnection::BftpConnection;
    void obey(const std::string& request) override {
      if (request.size() > 4'096) return say("ERR 500 File name too long");
      BftpConnection::obey(request);
    }
  };
  const auto outcome = outcome_of<SystemLimit>();
  EXPECT_EQ(outcome.result, CaseResult::kept) << outcome.happened;
}

TEST(Paths, KeepAServerThatClosesAfterRefusals) {
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
}  // namespace bftp::torture::paths_test
