#include "protocol/sha256.hpp"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>

#include "tests/protocol/peer.hpp"
#include "tests/temporary_folder.hpp"

namespace bftp::protocol {
namespace {

using testing::pattern;

// The first four from NIST, "SHA-256 examples" (FIPS 180-4 appendix and the million "a"s of its long message
// test).
TEST(Sha256Vectors, AgreeWithFips180) {
  EXPECT_EQ(to_hex(sha256("")), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  EXPECT_EQ(to_hex(sha256("abc")), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  EXPECT_EQ(to_hex(sha256("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq")),
            "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1");
  EXPECT_EQ(to_hex(sha256(std::string(1'000'000, 'a'))),
            "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
}

TEST(Sha256Object, GivesTheSameWhateverThePieces) {
  const auto bytes = pattern(200'000);
  const auto whole = sha256(bytes);
  for (const std::size_t piece : {1UL, 63UL, 64UL, 65UL, 4096UL}) {
    Sha256 hash;
    for (std::size_t at = 0; at < bytes.size(); at += piece)
      hash.update(std::string_view(bytes).substr(at, piece));
    EXPECT_EQ(hash.finish(), whole) << "pieces of " << piece;
  }
}

TEST(Sha256Object, StartsAnewAfterFinish) {
  Sha256 hash;
  hash.update("left from before");
  (void)hash.finish();
  hash.update("abc");
  EXPECT_EQ(hash.finish(), sha256("abc"));
}

TEST(Sha256Object, CanBeMovedWithItsState) {
  Sha256 hash;
  hash.update("a");
  Sha256 moved = std::move(hash);
  moved.update("bc");
  EXPECT_EQ(moved.finish(), sha256("abc"));
}

TEST(Sha256OfFile, HashesFromThePositionToTheEnd) {
  const TemporaryFolder folder;
  const auto path = folder.file("some");
  const auto bytes = pattern(600'001);
  std::ofstream(path, std::ios::binary) << bytes;
  EXPECT_EQ(sha256_of_file(path).value(), sha256(bytes));
  const UniqueFd file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  ASSERT_EQ(::lseek(file.get(), 7, SEEK_SET), 7);
  EXPECT_EQ(sha256_of_file(file.get()).value(), sha256(bytes.substr(7)));
}

TEST(Sha256OfFile, NamesTheFileThatCannotBeRead) {
  const auto missing = sha256_of_file("/nowhere/at/all");
  ASSERT_FALSE(missing);
  EXPECT_EQ(missing.error().kind, ErrorKind::not_found);
  EXPECT_THAT(missing.error().message, ::testing::HasSubstr("/nowhere/at/all"));
  const auto folder = sha256_of_file("/");
  ASSERT_FALSE(folder);
  EXPECT_EQ(folder.error().system_errno, EISDIR);
}

TEST(Sha256OfFile, StopsWhenItIsTold) {
  const std::atomic<bool> stop = true;
  const auto digest = sha256_of_file("/proc/self/exe", &stop);
  ASSERT_FALSE(digest);
  EXPECT_EQ(digest.error().kind, ErrorKind::interrupted);
}

TEST(DigestHex, GoesThereAndBackInEitherCase) {
  const auto digest = sha256("abc");
  auto hex = to_hex(digest);
  EXPECT_EQ(digest_from_hex(hex), digest);
  for (char& c : hex) c = static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
  EXPECT_EQ(digest_from_hex(hex), digest);
}

TEST(DigestHex, RefusesAnythingElse) {
  const auto hex = to_hex(sha256("abc"));
  EXPECT_EQ(digest_from_hex(""), std::nullopt);
  EXPECT_EQ(digest_from_hex(hex.substr(1)), std::nullopt);
  EXPECT_EQ(digest_from_hex(hex + "0"), std::nullopt);
  EXPECT_EQ(digest_from_hex("g" + hex.substr(1)), std::nullopt);
  EXPECT_EQ(digest_from_hex(" " + hex.substr(1)), std::nullopt);
}

}  // namespace
}  // namespace bftp::protocol
