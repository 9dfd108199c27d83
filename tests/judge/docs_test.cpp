#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>
#include <sstream>

#include "harness/judge/check.hpp"
#include "harness/judge/wording.hpp"

/// docs/checks.md holds a table of every check and limit. It is compared with the checks themselves; run this
/// test with BFTP_UPDATE_DOCS=1 to write it anew.
namespace bftp::judge {
namespace {

constexpr const char* first_line = "<!-- table of checks: begin -->\n";
constexpr const char* last_line = "<!-- table of checks: end -->\n";

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
  const std::string path = std::string(BFTP_SOURCE_DIR) + "/docs/checks.md";
  std::ifstream file(path);
  std::stringstream content;
  content << file.rdbuf();
  const std::string text = content.str();
  const auto from = text.find(first_line);
  const auto to = text.find(last_line);
  ASSERT_TRUE(from != std::string::npos && to != std::string::npos) << path << " has no table of checks";
  const std::string head = text.substr(0, from) + first_line;
  if (std::getenv("BFTP_UPDATE_DOCS") != nullptr) {
    std::ofstream(path) << head << table() << text.substr(to);
    return;
  }
  EXPECT_EQ(text.substr(head.size(), to - head.size()), table()) << "run this test with BFTP_UPDATE_DOCS=1";
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
