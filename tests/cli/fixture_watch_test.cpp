#include "harness/cli/fixture_watch.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include "protocol/sha256.hpp"
#include "tests/temporary_folder.hpp"

namespace bftp::cli {
namespace {

namespace fs = std::filesystem;

class FixtureWatchTest : public ::testing::Test {
 protected:
  FixtureWatchTest() {
    record_.fixtures = {{.name = "one", .size = 3, .sha256 = protocol::sha256("abc")},
                        {.name = "two", .size = 3, .sha256 = protocol::sha256("def")}};
    put("one", "abc");
    put("two", "def");
  }
  void put(const std::string& name, const std::string& content) const {
    std::ofstream(root_ + "/" + name) << content;
  }
  /// Ids of the warnings once `happens` is over.
  template <class Happens>
  std::vector<std::string> after(Happens happens, bool served = false) {
    const FixtureWatch watch(record_, {root_});
    happens();
    served ? watch.note_served_changes(record_) : watch.note_control_changes(record_);
    std::vector<std::string> ids;
    for (const auto& warning : record_.warnings) ids.push_back(warning.id);
    return ids;
  }

  const TemporaryFolder folder_;
  const std::string root_ = folder_.path();
  record::RunRecord record_;
};

const std::vector<std::string> is_noticed{std::string(record::control_changed_warning)};

TEST_F(FixtureWatchTest, UploadsBesideTheFixturesAreNoChange) {
  EXPECT_THAT(after([&] { put("put-c0-1-one", "abc"); }), ::testing::IsEmpty());
}

TEST_F(FixtureWatchTest, NoticesOtherContentEvenOnceItWasTakenBack) {
  EXPECT_EQ(after([&] {
              put("two", "xyz");
              put("two", "def");
            }),
            is_noticed);
  EXPECT_THAT(record_.warnings.front().text, ::testing::HasSubstr("\"two\" of the reference server"));
}

TEST_F(FixtureWatchTest, NoticesAFileThatIsGoneOrAnotherOne) {
  EXPECT_EQ(after([&] { fs::remove(root_ + "/one"); }), is_noticed);
  record_.warnings.clear();
  put("one", "abc");
  EXPECT_EQ(after([&] {
              put("other", "abc");
              fs::rename(root_ + "/other", root_ + "/one");
            }),
            is_noticed);
}

TEST_F(FixtureWatchTest, OfTheServersFilesTheContentCounts) {
  const std::vector<std::string> is_spoilt{std::string(record::served_changed_warning)};
  EXPECT_THAT(after(
                  [&] {
                    put("two", "xyz");
                    put("two", "def");
                    fs::permissions(root_ + "/one", fs::perms::owner_read);
                  },
                  true),
              ::testing::IsEmpty())
      << "touched, and the same";
  fs::permissions(root_ + "/one", fs::perms::owner_all);
  EXPECT_EQ(after([&] { put("two", "xyz"); }, true), is_spoilt);
  EXPECT_THAT(record_.warnings.front().text, ::testing::HasSubstr("served: \"two\""));
  record_.warnings.clear();
  EXPECT_EQ(after([&] { fs::remove(root_ + "/one"); }, true), is_spoilt);
}

TEST_F(FixtureWatchTest, NoticesALinkInPlaceOfTheServedFolder) {
  const std::string away = root_ + "-away";
  const auto ids = after(
      [&] {
        fs::rename(root_, away);
        fs::create_symlink("/nowhere", root_);
      },
      true);
  fs::remove(root_);
  fs::rename(away, root_);
  EXPECT_EQ(ids, std::vector<std::string>{std::string(record::served_changed_warning)});
  EXPECT_THAT(record_.warnings.front().text, ::testing::HasSubstr("no folder any more"));
}

}  // namespace
}  // namespace bftp::cli
