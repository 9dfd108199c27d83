#include "harness/cli/commit.hpp"

#include <gtest/gtest.h>

#include <map>

namespace bftp::cli {
namespace {

struct World {
  std::map<std::string, std::string> environment;
  std::optional<std::string> git;
  std::vector<std::string> asked;

  CommitSources sources() {
    return {[this](const char* name) -> std::optional<std::string> {
              const auto found = environment.find(name);
              return found == environment.end() ? std::nullopt : std::optional(found->second);
            },
            [this](const std::vector<std::string>& argv) {
              asked = argv;
              return git;
            }};
  }
};

TEST(Commit, WhatTheUserSaysWins) {
  World world{{{"GITHUB_SHA", "aaa"}}, "bbb\n", {}};
  EXPECT_EQ(find_commit("v1.2-rc1", world.sources()), "v1.2-rc1");
}

TEST(Commit, ThenTheCiSystemThenGit) {
  World world{{{"GITHUB_SHA", "aaa"}, {"CI_COMMIT_SHA", "ccc"}}, "bbb\n", {}};
  EXPECT_EQ(find_commit("", world.sources()), "aaa");
  world.environment.erase("GITHUB_SHA");
  EXPECT_EQ(find_commit("", world.sources()), "ccc");
  world.environment.clear();
  EXPECT_EQ(find_commit("", world.sources()), "bbb");
  EXPECT_EQ(world.asked.front(), "git");
}

TEST(Commit, UnknownStaysUnknown) {
  World world;
  EXPECT_EQ(find_commit("", world.sources()), std::nullopt);
  world.git = "";
  EXPECT_EQ(find_commit("", world.sources()), std::nullopt);
}

TEST(Commit, WhatIsNoCommitIsNotTaken) {
  World world{{{"GITHUB_SHA", "a b\x1b[31m"}}, "0123abc-dirty\n", {}};
  EXPECT_EQ(find_commit("", world.sources()), "0123abc-dirty") << "an odd variable is passed over";
  EXPECT_EQ(find_commit("two words", world.sources()), std::nullopt);
  EXPECT_EQ(find_commit(std::string(101, 'a'), world.sources()), std::nullopt);
}

}  // namespace
}  // namespace bftp::cli
