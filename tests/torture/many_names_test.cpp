// conformance.names_apart and lists_many, and a file that is cut while it is sent.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <numeric>

#include "tests/torture/fake_bftp.hpp"

namespace bftp::torture::many_names_test {
namespace {

using namespace fakes;
using record::CaseResult;
using ::testing::HasSubstr;

template <class Connection>
CaseOutcome of(const char* name, const CaseFiles& files = writable()) {
  return try_one<Connection>(name, files).outcomes.at(name);
}

/// A cache by the sum of a name's bytes.
class SumsNames final : public BftpConnection {
 public:
  using BftpConnection::BftpConnection;
  void get(const std::string& name) override {
    const auto found = disk_.files.find(name);
    if (found == disk_.files.end()) return BftpConnection::get(name);
    const auto key = std::to_string(std::accumulate(name.begin(), name.end(), 0));
    send_file(disk_.cache.try_emplace(key, found->second).first->second);
  }
};

TEST(NamesApart, BreaksACacheByAChecksumOfTheName) {
  EXPECT_EQ(of<BftpConnection>("names_apart").result, CaseResult::kept);
  EXPECT_EQ(of<BftpConnection>("names_apart", some_files()).result, CaseResult::skipped);
  const auto outcome = of<SumsNames>("names_apart");
  EXPECT_EQ(outcome.result, CaseResult::broken);
  EXPECT_THAT(outcome.happened, HasSubstr("-21\" the content of"));
}

TEST(NamesApart, RemovesWhatItStored) {
  EXPECT_EQ(try_one<BftpConnection>("names_apart").disk.files.size(), 1U) << "what was there before";
}

/// Lists so many files in a folder "many".
template <std::size_t count>
class Lists final : public BftpConnection {
 public:
  using BftpConnection::BftpConnection;
  void obey(const std::string& request) override {
    if (request != "LIST many") return BftpConnection::obey(request);
    std::string lines;
    for (std::size_t i = 0; i < count; ++i) lines += "F 0 " + std::to_string(i) + "\n";
    say("OK " + std::to_string(lines.size()));
    out += lines;
  }
};

TEST(ListsMany, CountsTheLines) {
  auto files = writable();
  EXPECT_EQ(of<BftpConnection>("lists_many", files).result, CaseResult::kept);
  files.many.reset();
  EXPECT_EQ(of<BftpConnection>("lists_many", files).result, CaseResult::skipped);
  files.many = ManyFiles{"many", 300};
  EXPECT_EQ(of<Lists<300>>("lists_many", files).result, CaseResult::kept);
  const auto outcome = of<Lists<256>>("lists_many", files);
  EXPECT_EQ(outcome.result, CaseResult::broken);
  EXPECT_THAT(outcome.happened, HasSubstr("300 files has 256 lines"));
}

}  // namespace
}  // namespace bftp::torture::many_names_test
