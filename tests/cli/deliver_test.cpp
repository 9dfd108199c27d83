#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <sstream>

#include "harness/cli/run_pipeline.hpp"
#include "harness/cli/streams.hpp"
#include "tests/temporary_folder.hpp"

namespace bftp::cli {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

TEST(Deliver, SendsNobodyToAPageThatWasNotWritten) {
  const TemporaryFolder folder;
  const std::string in_the_way = folder.file("file");
  std::ofstream(in_the_way) << "no folder";
  const record::RunRecord record;
  for (const OutputKind output : {OutputKind::quiet, OutputKind::summary}) {
    std::ostringstream out, err;
    Streams streams{.out = out, .err = err};
    EXPECT_EQ(deliver({record, {}, exit_pass, in_the_way}, output, streams), exit_harness_failed);
    EXPECT_THAT(out.str(), Not(HasSubstr("index.html")));
    EXPECT_THAT(err.str(), HasSubstr("the report is incomplete"));
  }
}

TEST(Deliver, NamesThePageThatIsThere) {
  const TemporaryFolder folder;
  const record::RunRecord record;
  std::ostringstream out, err;
  Streams streams{.out = out, .err = err};
  EXPECT_EQ(deliver({record, {}, exit_pass, folder.path().string()}, OutputKind::quiet, streams), exit_pass);
  EXPECT_THAT(out.str(), HasSubstr(folder.file("index.html")));
}

}  // namespace
}  // namespace bftp::cli
