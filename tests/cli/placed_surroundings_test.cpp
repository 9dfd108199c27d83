#include "harness/cli/placed_surroundings.hpp"

#include <gtest/gtest.h>

#include <fstream>
#include <sstream>

#include "tests/temporary_folder.hpp"

namespace bftp::cli {
namespace {

namespace fs = std::filesystem;
using torture::Lying;
using Kind = Lying::Kind;

class Placed : public ::testing::Test {
 protected:
  Placed() {
    fs::create_directory(above_ / "root");
    placed_ = PlacedSurroundings::place((above_ / "root").string(), "own-prefix", [this] {
      ++times_filled_;
      std::ofstream(above_ / "root" / "probe") << "served";
    });
  }
  std::string content(const fs::path& path) const {
    std::ostringstream text;
    text << std::ifstream(path, std::ios::binary).rdbuf();
    return text.str();
  }

  const TemporaryFolder temporary_;
  const fs::path above_ = temporary_.path();
  int times_filled_ = 0;
  std::unique_ptr<PlacedSurroundings> placed_;
};

TEST_F(Placed, LinksLeadFromTheRootToWhatLiesBesideIt) {
  ASSERT_NE(placed_, nullptr);
  const auto& outside = placed_->outside();
  EXPECT_EQ(content(above_ / outside.name), outside.content);
  EXPECT_EQ(content(above_ / "root" / outside.link), outside.content);
  EXPECT_EQ(content(above_ / "root" / outside.through_folder_link), outside.content);
  EXPECT_EQ(placed_->look(outside.name), (Lying{Kind::file, outside.content}));
  EXPECT_EQ(placed_->look(outside.empty_folder).kind, Kind::folder);
  EXPECT_EQ(placed_->look("own-prefix-1.bin").kind, Kind::nothing);
  EXPECT_EQ(placed_->look("root/" + outside.link).kind, Kind::other) << "no link is followed";
}

TEST_F(Placed, AllIsPutBack) {
  const auto outside = placed_->outside();
  fs::remove(above_ / outside.name);
  fs::create_directory(above_ / outside.name);
  fs::remove_all(above_ / outside.neighbour);
  fs::remove(above_ / outside.empty_folder);
  fs::remove(above_ / "root" / outside.link);
  std::ofstream(above_ / "root" / outside.link) << "no link";
  std::ofstream(above_ / "own-prefix-1.bin") << "stray";
  std::ofstream(above_ / "another") << "not ours to touch";
  placed_->put_back();
  EXPECT_EQ(content(above_ / outside.name), outside.content);
  EXPECT_EQ(content(above_ / "root" / outside.link), outside.content);
  EXPECT_TRUE(fs::is_symlink(above_ / "root" / outside.link));
  EXPECT_EQ(content(above_ / "root" / outside.through_folder_link), outside.content);
  EXPECT_TRUE(fs::is_directory(above_ / outside.empty_folder));
  EXPECT_FALSE(fs::exists(above_ / "own-prefix-1.bin"));
  EXPECT_TRUE(fs::exists(above_ / "another"));
}

TEST_F(Placed, ARootThatWasRemovedIsThereAgain) {
  const auto outside = placed_->outside();
  fs::remove_all(above_ / "root");
  placed_->put_back();
  EXPECT_EQ(times_filled_, 1);
  EXPECT_EQ(content(above_ / "root" / "probe"), "served");
  EXPECT_EQ(content(above_ / "root" / outside.link), outside.content);
  EXPECT_TRUE(fs::is_directory(above_ / "root" / outside.folder));
}

TEST_F(Placed, StraysInTheFolderBesideGoToo) {
  const auto neighbour = above_ / placed_->outside().neighbour;
  fs::create_directory(neighbour / "own-prefix-2");
  placed_->put_back();
  EXPECT_FALSE(fs::exists(neighbour / "own-prefix-2"));
}

TEST(PlacedSurroundings, AreNoneWhereNothingCanBeMade) {
  EXPECT_EQ(PlacedSurroundings::place("/proc/nowhere/root", "own", {}), nullptr);
}

}  // namespace
}  // namespace bftp::cli
