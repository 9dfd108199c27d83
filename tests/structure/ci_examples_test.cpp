/// examples/ci/ holds pipelines that people copy: they must be YAML, and use only what we offer.
#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>
#include <sstream>

#include "tests/structure/source_tree.hpp"

namespace bftp::structure {
namespace {

std::string text_of(const std::string& path) {
  std::ifstream file(std::string(BFTP_SOURCE_DIR) + "/" + path);
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

/// Parses the file with PyYAML and evaluates a condition on it, `d` being the document.
bool holds(const std::string& path, const std::string& condition) {
  const std::string command =
      "python3 -c 'import yaml, sys\nd = yaml.safe_load(open(sys.argv[1]))\nsys.exit(not (" + condition +
      "))' '" + BFTP_SOURCE_DIR + "/" + path + "'";
  return std::system(command.c_str()) == 0;
}

TEST(CiExamples, GithubWorkflowIsWhole) {
  const std::string path = "examples/ci/github-actions.yml";
  EXPECT_TRUE(holds(path, "isinstance(d, dict) and \"torture\" in d[\"jobs\"]"));
  EXPECT_TRUE(
      holds(path, "all((\"run\" in s) != (\"uses\" in s) for s in d[\"jobs\"][\"torture\"][\"steps\"])"));
  EXPECT_TRUE(holds(path, "d[\"jobs\"][\"torture\"][\"timeout-minutes\"] <= 60"));
  EXPECT_TRUE(
      holds(path, "sum(\"always()\" == s.get(\"if\") for s in d[\"jobs\"][\"torture\"][\"steps\"]) == 3"))
      << "report, summary and history of a failed run too";
  const std::string text = text_of(path);
  EXPECT_NE(text.find("cat reports/latest/summary.md >> \"$GITHUB_STEP_SUMMARY\""), std::string::npos);
  EXPECT_NE(text.find("cat reports/latest/annotations.txt"), std::string::npos);
}

TEST(CiExamples, GitlabPipelineIsWhole) {
  const std::string path = "examples/ci/gitlab-ci.yml";
  EXPECT_TRUE(
      holds(path, "d[\"torture\"][\"artifacts\"][\"reports\"][\"junit\"] == \"reports/2*/junit.xml\""));
  EXPECT_TRUE(holds(path, "d[\"torture\"][\"artifacts\"][\"when\"] == \"always\""));
  EXPECT_TRUE(holds(path, "all(isinstance(c, str) for c in d[\"torture\"][\"script\"])"));
}

TEST(CiExamples, ABrokenFileWouldBeNoticed) {
  EXPECT_FALSE(holds("examples/ci/gitlab-ci.yml", "\"no such job\" in d"));
  EXPECT_FALSE(holds("CMakeLists.txt", "isinstance(d, dict) and \"torture\" in d"));
}

}  // namespace
}  // namespace bftp::structure
