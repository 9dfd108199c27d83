#include "harness/launch/external_clients.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include "tests/temporary_folder.hpp"

namespace bftp::launch {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

class ExternalClientsTest : public ::testing::Test {
 protected:
  ExternalClientsTest() {
    std::ofstream(folder_.file("client.py")) << "print()\n";
    std::ofstream(folder_.file("get")) << "x";
    std::filesystem::create_directory(folder_.file("build"));
    options_.folder = folder_.path();
    options_.client_scratch_folder = "/scratch";
  }

  TemporaryFolder folder_;
  LaunchOptions options_;
};

TEST_F(ExternalClientsTest, FindTheirFilesFromAnotherFolder) {
  EXPECT_THAT(
      absolute_words({"python3", "client.py", "get", "./build", "-x", "{remote}", "no.py", "/etc/hosts"},
                     folder_.path()),
      ElementsAre("python3", folder_.file("client.py"), "get", folder_.file("build"), "-x", "{remote}",
                  "no.py", "/etc/hosts"));
}

TEST_F(ExternalClientsTest, AreReadyForAJob) {
  plan::Plan plan;
  plan.server.dialect = "http";
  plan.clients.argv_template = {"sh", "client.py", "{remote}", "{local}"};
  const auto found = external_clients(plan, options_);
  ASSERT_TRUE(found) << found.error().message;
  ASSERT_EQ(found->size(), 1u);
  EXPECT_THAT(found->front().file, ::testing::EndsWith("/sh"));
  EXPECT_EQ(found->front().argv[1], folder_.file("client.py"));
  EXPECT_EQ(found->front().scratch_folder, "/scratch");
  EXPECT_FALSE(found->front().environment.empty());
}

TEST_F(ExternalClientsTest, HaveOursBehindThemWhereItSpeaksTheDialect) {
  plan::Plan plan;
  plan.clients.argv_template = {"sh", "client.py", "{remote}", "{local}"};
  const auto found = external_clients(plan, options_);
  ASSERT_TRUE(found) << found.error().message;
  const auto ours = find_helper("bftp");
  ASSERT_EQ(found->size(), ours ? 2u : 1u);
  if (ours) {
    EXPECT_EQ(found->back().file, *ours);
  }
}

TEST_F(ExternalClientsTest, ThatDoNotExistAreToldBeforeAnythingRuns) {
  plan::Plan plan;
  plan.clients.argv_template = {"no-such-client", "{remote}", "{local}"};
  const auto found = external_clients(plan, options_);
  ASSERT_FALSE(found);
  EXPECT_THAT(found.error().message,
              AllOf(HasSubstr("client"), HasSubstr("no-such-client"), HasSubstr("PATH")));
}

TEST_F(ExternalClientsTest, AreNotThereWithoutACommand) {
  EXPECT_TRUE(external_clients({}, options_)->empty());
}

}  // namespace
}  // namespace bftp::launch
