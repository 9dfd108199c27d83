// conformance.put_says_size: what stands in the OK behind a PUT's content.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/torture/fake_bftp.hpp"

namespace bftp::torture::put_says_size_test {
namespace {

using namespace fakes;
using record::CaseResult;
using ::testing::HasSubstr;

template <class Connection>
CaseOutcome of(const CaseFiles& files = writable()) {
  const auto trial = try_out<Connection>(files);
  EXPECT_EQ(trial.disk.files.size(), 1u) << "what was there before";
  return trial.outcomes.at("put_says_size");
}

TEST(PutSaysSize, PassesARightServer) {
  const auto outcome = of<BftpConnection>();
  EXPECT_EQ(outcome.result, CaseResult::kept) << outcome.happened;
  EXPECT_EQ(of<BftpConnection>(some_files()).result, CaseResult::skipped);
}

/// Tells so much more than it has stored; -1: nothing of the size.
template <int extra>
class Says final : public BftpConnection {
 public:
  using BftpConnection::BftpConnection;
  void put(const std::string& name, const std::string& content) override {
    disk_.files[name] = content;
    say(extra < 0 ? "OK" : "OK " + std::to_string(content.size() + static_cast<std::size_t>(extra)));
  }
};

TEST(PutSaysSize, BreaksAnOkWithoutTheSizeOrWithAnother) {
  const auto without = of<Says<-1>>();
  EXPECT_EQ(without.result, CaseResult::broken);
  EXPECT_THAT(without.happened, HasSubstr("behind 0 bytes of content the server answered \"OK\""));
  EXPECT_THAT(without.cause, HasSubstr("PUT is answered twice"));
  EXPECT_THAT(of<Says<1>>().happened, HasSubstr("answered \"OK 1\""));
}

}  // namespace
}  // namespace bftp::torture::put_says_size_test
