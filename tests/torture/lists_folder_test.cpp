// conformance.lists_folder: what a listing may look like.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>
#include <sstream>
#include <vector>

#include "tests/torture/fake_bftp.hpp"

namespace bftp::torture::lists_folder_test {
namespace {

using namespace fakes;
using record::CaseResult;
using ::testing::AllOf;
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
    void list() override { send_file(change_(listing())); }

   private:
    const Spoil& change_;
  };
  Disk disk;
  FakeSubject subject([&] { return std::make_unique<Listing>(disk, spoil); });
  const std::atomic<bool> stop = false;
  const auto& speech = *find_speech("bftp");
  return run_suite(cases_named({"conformance.lists_folder"}, speech), subject,
                   {.speech = speech, .files = files, .stop = stop, .progress = {}})
      .at(0);
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
      {[](std::string listing) { return listing + "F 20 probe.bin\n"; }, "comes after"},
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

/// Without the lines that hold `part`.
Spoil without(const std::string& part) {
  return [part](const std::string& listing) {
    std::istringstream lines(listing);
    std::string left;
    for (std::string line; std::getline(lines, line);)
      if (line.find(part) == std::string::npos) left += line + "\n";
    return left;
  };
}

TEST(ListsFolder, MissesEachThatIsLeftOut) {
  for (const std::string name : {"large.bin", "nnnn.bin", "dddd", "gr\u00f6\u00dfe", "gr\u00fc\u00dfe.bin"}) {
    const auto outcome = listed(without(name));
    EXPECT_EQ(outcome.result, broken) << name;
    EXPECT_THAT(outcome.happened, AllOf(HasSubstr("no line says '"), HasSubstr(escaped(name))));
  }
  const auto ascii = listed(without("gr\u00fc"));
  EXPECT_THAT(ascii.happened, HasSubstr("'F 13 gr"));
  EXPECT_THAT(ascii.cause, HasSubstr("not ASCII"));
}

TEST(ListsFolder, BreaksAnOrderOfLettersWithoutCase) {
  const auto outcome = listed([](const std::string& listing) {
    const std::string upper = "F 12 Z.bin\n";
    return without(upper.substr(0, upper.size() - 1))(listing) + upper;
  });
  EXPECT_EQ(outcome.result, broken);
  EXPECT_THAT(outcome.happened, AllOf(HasSubstr("\"Z.bin\" comes after"), HasSubstr("probe.bin")));
}

TEST(ListsFolder, BreaksASizeInCharacters) {
  class Characters final : public BftpConnection {
   public:
    using BftpConnection::BftpConnection;
    void list() override {
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
