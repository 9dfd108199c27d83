// conformance.lists_folder: what a listing may look like.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>
#include <vector>

#include "tests/torture/fake_bftp.hpp"

namespace bftp::torture::lists_folder_test {
namespace {

using namespace fakes;
using record::CaseResult;
using ::testing::Contains;
using ::testing::HasSubstr;

constexpr auto kept = CaseResult::kept;
constexpr auto broken = CaseResult::broken;

/// What a listing is made into before it is sent.
using Spoil = std::function<std::string(std::string)>;

CaseOutcome listed(const Spoil& spoil, const CaseFiles& files = writable()) {
  class Listing final : public BftpConnection {
   public:
    Listing(Disk& disk, const Spoil& change) : BftpConnection(disk), change_(change) {}
    void list() override {
      disk_.files["gr\u00f6\u00dfe"] = "content";
      send_file(change_(listing()));
    }

   private:
    const Spoil& change_;
  };
  Disk disk;
  FakeSubject subject([&] { return std::make_unique<Listing>(disk, spoil); });
  for (auto& one : run_suites(subject, {"conformance"}, "bftp", files))
    if (one.id == "conformance.lists_folder") return one;
  ADD_FAILURE() << "there is no such case";
  return {};
}

TEST(ListsFolder, PassesAListingInOrder) {
  const auto outcome = listed([](std::string listing) { return listing; });
  EXPECT_EQ(outcome.result, kept) << outcome.happened;
  EXPECT_THAT(outcome.clauses, Contains("4.3"));
}

TEST(ListsFolder, NamesACarriageReturnBeforeTheLineEnd) {
  const auto outcome = listed([](const std::string& listing) {
    std::string translated;
    for (const char letter : listing) translated += letter == '\n' ? "\r\n" : std::string(1, letter);
    return translated;
  });
  EXPECT_EQ(outcome.result, broken);
  EXPECT_THAT(outcome.happened, HasSubstr(R"(\r\n)"));
  EXPECT_THAT(outcome.cause, HasSubstr(R"(\n alone)"));
}

TEST(ListsFolder, BreaksWhatClause43Forbids) {
  const std::vector<std::pair<Spoil, const char*>> spoils{
      {[](std::string listing) { return listing + "F 1 a\n"; }, "comes after"},
      {[](std::string listing) { return listing + "F 7 gr\u00f6\u00dfe\n"; }, "comes after"},
      {[](const std::string& listing) { return "D 0 .\n" + listing; }, "holds ."},
      {[](std::string listing) { return listing.substr(0, listing.size() - 1); }, "has no end"},
      {[](const std::string& listing) { return "total 3\n" + listing; }, "neither"},
      {[](const std::string& listing) { return "F 012 a\n" + listing; }, "neither"},
      {[](const std::string& listing) { return "D 4096 a\n" + listing; }, "neither"},
      {[](const std::string&) { return std::string(); }, "no line says 'F 20 probe.bin'"},
      {[](const std::string&) { return std::string("F 20 probe.bin\n"); }, "no line says 'D 0 folder'"},
      {[](std::string listing) { return listing + "F 3 probe-link\n"; }, "comes after"},
      {[](const std::string&) { return std::string("D 0 folder\nF 9 probe-link\nF 20 probe.bin\n"); },
       "leads out of the root"}};
  for (const auto& [spoil, why] : spoils) {
    const auto outcome = listed(spoil);
    EXPECT_EQ(outcome.result, broken) << why;
    EXPECT_THAT(outcome.happened, HasSubstr(why));
    EXPECT_NE(outcome.cause, "");
  }
}

TEST(ListsFolder, BreaksASizeInCharacters) {
  class Characters final : public BftpConnection {
   public:
    using BftpConnection::BftpConnection;
    void list() override {
      disk_.files["gr\u00f6\u00dfe"] = "content";
      // So that the listing seems whole: its last name is cut by what its umlauts made too few.
      const auto text = listing() + "F 1 z\n";
      say("OK " + std::to_string(text.size() - 6));
      out += text;
    }
  };
  const auto outcome = try_out<Characters>().outcomes.at("lists_folder");
  EXPECT_EQ(outcome.result, broken);
  EXPECT_THAT(outcome.cause, HasSubstr("UTF-8"));
}

TEST(ListsFolder, ToleratesAServerThatDoesNotList) {
  class NoList final : public BftpConnection {
   public:
    using BftpConnection::BftpConnection;
    void list() override { say("ERR 405 no such verb"); }
  };
  EXPECT_EQ(try_out<NoList>().outcomes.at("lists_folder").result, CaseResult::tolerated);
  class Fails final : public BftpConnection {
   public:
    using BftpConnection::BftpConnection;
    void list() override { say("ERR 500 no such verb"); }
  };
  const auto outcome = try_out<Fails>().outcomes.at("lists_folder");
  EXPECT_EQ(outcome.result, broken);
  EXPECT_THAT(outcome.happened, HasSubstr("ERR 500"));
}

}  // namespace
}  // namespace bftp::torture::lists_folder_test
