#include "server_under_test/specimens/specimen.hpp"

#include <algorithm>
#include <array>
#include <set>

#include "specimen_fixture.hpp"

namespace bftp::server::specimens {
namespace {

using ::testing::HasSubstr;

TEST(Specimens, AreWholeAndUnique) {
  constexpr std::array<std::string_view, 14> categories{
      "identity", "uniformity", "cpu",         "memory",    "handles", "framing", "conformance",
      "hostile",  "network",    "concurrency", "lifecycle", "client",  "harness", "healthy"};
  std::set<std::string_view> ids;
  for (const auto& specimen : all_specimens()) {
    EXPECT_TRUE(ids.insert(specimen.id).second) << specimen.id;
    EXPECT_NE(std::ranges::find(categories, specimen.category), categories.end()) << specimen.id;
    EXPECT_FALSE(specimen.about.empty()) << specimen.id;
    EXPECT_TRUE(specimen.make_service != nullptr || specimen.make_lifecycle != nullptr) << specimen.id;
    for (const auto& parameter : specimen.parameters) {
      EXPECT_GE(parameter.standard, parameter.min) << specimen.id << " " << parameter.name;
      EXPECT_LE(parameter.standard, parameter.max) << specimen.id << " " << parameter.name;
      EXPECT_FALSE(parameter.about.empty()) << specimen.id;
    }
  }
}

TEST(Specimens, TakeParametersByName) {
  const auto choice = parse_fault("corrupt_byte:p=0.25,seed=7");
  ASSERT_TRUE(choice);
  EXPECT_EQ(choice->specimen->id, "corrupt_byte");
  EXPECT_EQ(choice->settings.number("p"), 0.25);
  EXPECT_EQ(choice->settings.seed(), 7u);
  EXPECT_EQ(parse_fault("corrupt_byte")->settings.number("p"), 0.01);
}

TEST(Specimens, RefuseWhatTheyDoNotKnow) {
  EXPECT_THAT(parse_fault("corrupt_bite").error().message, HasSubstr("--list"));
  EXPECT_THAT(parse_fault("corrupt_byte:q=1").error().message, HasSubstr("p, seed"));
  EXPECT_THAT(parse_fault("corrupt_byte:p").error().message, HasSubstr("NAME=NUMBER"));
  EXPECT_THAT(parse_fault("corrupt_byte:p=2").error().message, HasSubstr("from 0 to 1"));
  EXPECT_THAT(parse_fault("corrupt_byte:p=nan").error().message, HasSubstr("from 0 to 1"));
  EXPECT_THAT(parse_fault("corrupt_byte:p=").error().message, HasSubstr("from 0 to 1"));
  EXPECT_FALSE(parse_fault(""));
  EXPECT_FALSE(parse_fault("corrupt_byte:"));
}

TEST(Specimens, AreListedOneALine) {
  const auto list = list_specimens();
  EXPECT_EQ(static_cast<std::size_t>(std::ranges::count(list, '\n')), all_specimens().size());
  EXPECT_THAT(list, HasSubstr("corrupt_byte\tidentity\tp=0.01\t"));
}

TEST(Specimens, EndWithTheRightStatus) {
  EXPECT_EQ(testing::run_to_end({"--list"}).status, 0);
  EXPECT_EQ(testing::run_to_end({"--list"}).output, list_specimens());
  EXPECT_EQ(testing::run_to_end({"--root", "/"}).status, 64);
  EXPECT_EQ(testing::run_to_end({"--fault", "nope", "--root", "/"}).status, 64);
  EXPECT_EQ(testing::run_to_end({"--fault", "stall"}).status, 64) << "--root is missing";
}

}  // namespace
}  // namespace bftp::server::specimens
