#include <gtest/gtest.h>

#include <fstream>
#include <iterator>

#include "harness/plan/fields.hpp"
#include "harness/plan/profiles.hpp"

namespace bftp::plan {
namespace {

std::string docs() {
  std::ifstream file(BFTP_SOURCE_DIR "/docs/plan-files.md");
  return {std::istreambuf_iterator<char>(file), {}};
}

TEST(PlanDocs, NameEverySettingAsTheTableHasIt) {
  const auto text = docs();
  for (const auto& field : fields()) {
    const auto row =
        "| `" + std::string(field.key) + "` | " + describe(field) + " | " + std::string(field.about) + " |";
    EXPECT_NE(text.find(row), std::string::npos) << "docs/plan-files.md lacks the row\n" << row;
  }
}

TEST(PlanDocs, NameEveryProfile) {
  const auto text = docs();
  for (const auto& profile : profiles())
    EXPECT_NE(text.find("`" + std::string(profile.name) + "`"), std::string::npos) << profile.name;
}

}  // namespace
}  // namespace bftp::plan
