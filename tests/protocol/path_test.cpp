#include "protocol/path.hpp"

#include <gtest/gtest.h>

namespace bftp::protocol {
namespace {

VirtualPath path(std::string_view current, std::string_view argument) {
  auto resolved = resolve(current, argument);
  const auto* refusal = std::get_if<Refusal>(&resolved);
  EXPECT_EQ(refusal, nullptr) << argument << ": " << refusal->text;
  return refusal == nullptr ? std::get<VirtualPath>(resolved) : VirtualPath{};
}

/// 0 if it was not refused.
int refusal_code(std::string_view current, std::string_view argument) {
  auto resolved = resolve(current, argument);
  const auto* refusal = std::get_if<Refusal>(&resolved);
  return refusal == nullptr ? 0 : static_cast<int>(refusal->code);
}

TEST(ResolvePath, StartsAtTheRootOrTheCurrentFolder) {  // clause 3.1
  EXPECT_EQ(path("/", "a").text, "/a");
  EXPECT_EQ(path("/x/y", "a").text, "/x/y/a");
  EXPECT_EQ(path("/x/y", "/a").text, "/a");
  EXPECT_EQ(path("/x", "/").text, "/");
}

TEST(ResolvePath, TakesDotsAway) {
  EXPECT_EQ(path("/x", ".").text, "/x");
  EXPECT_EQ(path("/x", "..").text, "/");
  EXPECT_EQ(path("/x/y", "../z/./b").text, "/x/z/b");
  EXPECT_EQ(path("/", "a/b/../../c").text, "/c");
  EXPECT_EQ(path("/", "...").text, "/...");
  EXPECT_EQ(path("/", "..a").text, "/..a");
  EXPECT_EQ(path("/", ".hidden").text, "/.hidden");
}

TEST(ResolvePath, RefusesToClimbAboveTheRoot) {
  EXPECT_EQ(refusal_code("/", ".."), 403);
  EXPECT_EQ(refusal_code("/", "/.."), 403);
  EXPECT_EQ(refusal_code("/a", "../.."), 403);
  EXPECT_EQ(refusal_code("/a", "../../a/b"), 403) << "it comes back, but it was outside";
  EXPECT_EQ(refusal_code("/", "a/../../etc/passwd"), 403);
  EXPECT_EQ(refusal_code("/", "//..//"), 403);
}

TEST(ResolvePath, CountsRepeatedSlashesAsOne) {  // clause 4.15
  EXPECT_EQ(path("/", "//a///b").text, "/a/b");
  EXPECT_EQ(path("/x", "a//b").text, "/x/a/b");
}

TEST(ResolvePath, RemembersThatAFolderWasNamed) {
  EXPECT_FALSE(path("/", "a").names_folder);
  EXPECT_TRUE(path("/", "a/").names_folder);
  EXPECT_TRUE(path("/", "a//").names_folder);
  EXPECT_TRUE(path("/", "a/.").names_folder);
  EXPECT_TRUE(path("/", "a/b/..").names_folder);
  EXPECT_TRUE(path("/", "/").names_folder);
  EXPECT_FALSE(path("/", "./a").names_folder);
}

TEST(ResolvePath, KeepsSpacesAndUtf8) {
  EXPECT_EQ(path("/", " leading and trailing ").text, "/ leading and trailing ");
  EXPECT_EQ(path("/", "naïve/文件").text, "/naïve/文件");
}

TEST(ResolvePath, BoundsNamesNotPaths) {  // clause 3.3
  const std::string longest(255, 'n');
  EXPECT_EQ(path("/", longest).text, "/" + longest);
  EXPECT_EQ(refusal_code("/", longest + "n"), 400);
  EXPECT_EQ(refusal_code("/", longest + "n/a"), 400);
  EXPECT_EQ(refusal_code("/", longest + "n/.."), 400);
  EXPECT_EQ(path("/" + longest, longest).text, "/" + longest + "/" + longest);
}

TEST(ResolvePath, RefusesEmptyAndNul) {
  EXPECT_EQ(refusal_code("/", ""), 400);
  EXPECT_EQ(refusal_code("/", std::string_view("a\0b", 3)), 400);
}

TEST(VirtualPathParts, AreTheParentAndTheName) {
  EXPECT_EQ((VirtualPath{"/a/b", false}.parent()), "/a");
  EXPECT_EQ((VirtualPath{"/a/b", false}.name()), "b");
  EXPECT_EQ((VirtualPath{"/a", false}.parent()), "/");
  EXPECT_EQ((VirtualPath{"/a", false}.name()), "a");
  EXPECT_EQ(VirtualPath{}.parent(), "/");
  EXPECT_EQ(VirtualPath{}.name(), "");
}

TEST(VirtualPathParts, AreRelativeForCallsBelowTheRoot) {
  EXPECT_EQ(VirtualPath{}.relative(), ".");
  EXPECT_TRUE(VirtualPath{}.is_root());
  EXPECT_EQ((VirtualPath{"/a/b", false}.relative()), "a/b");
}

}  // namespace
}  // namespace bftp::protocol
