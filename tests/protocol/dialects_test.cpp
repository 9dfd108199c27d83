#include "protocol/dialects.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>

namespace bftp::protocol {
namespace {

TEST(Dialects, HaveEachNameOnceAndSayHowAFileEnds) {
  std::set<std::string_view> names;
  for (const auto& each : dialects()) {
    EXPECT_TRUE(names.insert(each.name).second) << each.name;
    EXPECT_FALSE(each.clause.empty()) << each.name;
    EXPECT_FALSE(each.end_marked.empty()) << each.name;
    EXPECT_EQ(find_dialect_facts(each.name), &each);
  }
  EXPECT_EQ(known_dialect_names().size(), dialects().size());
  EXPECT_EQ(known_dialect_names().front(), "bftp");
}

TEST(Dialects, AreNotFoundByAnotherSpelling) {
  EXPECT_EQ(find_dialect_facts("BFTP"), nullptr);
  EXPECT_EQ(find_dialect_facts(""), nullptr);
  EXPECT_EQ(find_dialect_facts("bft"), nullptr);
}

TEST(Dialects, TheLecturesExchangesFetchOnlyAndTheReferenceServerSpeaksThem) {
  for (const char* name : {"nul", "raw", "line", "fixed", "sized", "stream", "http"}) {
    const auto* facts = find_dialect_facts(name);
    ASSERT_NE(facts, nullptr) << name;
    EXPECT_FALSE(facts->has_put) << name;
    EXPECT_TRUE(facts->reference) << name;
  }
  EXPECT_TRUE(find_dialect_facts("bftp")->has_put);
}

}  // namespace
}  // namespace bftp::protocol
