#include <gtest/gtest.h>

#include <fstream>
#include <sstream>

#include "harness/judge/check.hpp"
#include "harness/judge/wording.hpp"
#include "tests/document_table.hpp"

/// docs/checks.md holds a table of every check and limit. It is compared with the checks themselves; run this
/// test with BFTP_UPDATE_DOCS=1 to write it anew.
namespace bftp::judge {
namespace {

std::string table() {
  std::string text = "| check | question | limit | default | why |\n| --- | --- | --- | --- | --- |\n";
  for (const Check* check : all_checks()) {
    const auto limits = check->limits();
    std::string head = "| `" + std::string(check->id()) + "` | " + std::string(check->title()) + " | ";
    if (limits.empty()) text += head + "| | |\n";
    for (const LimitSpec& spec : limits) {
      text += head + "`" + spec.name + "` | " + number(spec.standard) + " " + spec.unit + " | " + spec.about +
              " |\n";
      head = "| | | ";
    }
  }
  text += "\n| check | how it is judged | confirmed by repeats |\n| --- | --- | --- |\n";
  for (const Check* check : all_checks())
    text += "| `" + std::string(check->id()) + "` | " + std::string(check->about()) + " | " +
            (check->needs_confirmation() ? "yes" : "no") + " |\n";
  return text;
}

TEST(ChecksDocument, ListsEveryCheckAndLimitAsTheyAre) {
  bftp::testing::expect_table(std::string(BFTP_SOURCE_DIR) + "/docs/checks.md", "checks", table());
}

TEST(ChecksDocument, HasWordsForEachCheck) {
  std::ifstream file(std::string(BFTP_SOURCE_DIR) + "/docs/checks.md");
  std::stringstream content;
  content << file.rdbuf();
  for (const Check* check : all_checks())
    EXPECT_NE(content.str().find("**`" + std::string(check->id()) + "`**"), std::string::npos) << check->id();
}

}  // namespace
}  // namespace bftp::judge
