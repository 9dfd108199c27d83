#include "harness/cli/app.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <sstream>
#include <streambuf>

#include "harness/cli/streams.hpp"

namespace bftp::cli {
namespace {

/// A full disk: takes some bytes, and then none.
class FullDisk final : public std::streambuf {
 protected:
  int_type overflow(int_type) override { return traits_type::eof(); }
  std::streamsize xsputn(const char*, std::streamsize count) override {
    return std::min<std::streamsize>(count, 7);
  }
};

TEST(App, OutputThatIsCutIsNoSuccess) {
  FullDisk disk;
  std::ostream out(&disk);
  std::ostringstream err;
  Streams streams{.out = out, .err = err};
  EXPECT_EQ(run_app({"list", "checks"}, streams), exit_harness_failed);
  EXPECT_THAT(err.str(), testing::HasSubstr("standard output could not be written"));
}

TEST(App, OutputThatIsWholeIsASuccess) {
  std::ostringstream out, err;
  Streams streams{.out = out, .err = err};
  EXPECT_EQ(run_app({"list", "checks"}, streams), exit_pass);
  EXPECT_THAT(out.str(), testing::HasSubstr("identity.copies"));
  EXPECT_EQ(err.str(), "");
}

}  // namespace
}  // namespace bftp::cli
