#include <sys/stat.h>

#include "client_under_test/people/upload.hpp"
#include "tests/client_under_test/people_test_kit.hpp"

namespace bftp::client::people {
namespace {

using ::testing::Contains;
using ::testing::HasSubstr;
using ::testing::Not;
using testing::write_file;

class Upload : public testing::SessionTest {};

TEST_F(Upload, StoresFilesOfAllSizes) {
  for (const std::size_t size : {0UL, 1UL, 65'536UL, 1'048'577UL, 3'000'000UL}) {
    write_file(local("a file"), std::string(size, 'x'));
    ASSERT_EQ(run("put '" + local("a file") + "'"), 0) << failure.message;
    EXPECT_EQ(server.file("/a file"), std::string(size, 'x'));
  }
}

TEST_F(Upload, StoresUnderAnotherNameOrInAFolder) {
  write_file(local("a"), "content");
  EXPECT_EQ(run("put " + local("a") + " b"), 0);
  EXPECT_EQ(run("put " + local("a") + " /sub/"), 0);
  EXPECT_EQ(server.file("/b"), "content");
  EXPECT_EQ(server.file("/sub/a"), "content");
}

TEST_F(Upload, GoesIntoAFolderOfTheServer) {
  write_file(local("a"), "content");
  server.put_folder("/sub");
  server.answer("PUT 7 sub", "0000000cERR 409 dir!");
  EXPECT_EQ(run("put " + local("a") + " sub"), 0) << failure.message;
  EXPECT_EQ(server.file("/sub/a"), "content");
  EXPECT_THAT(messages.str(), HasSubstr("-> sub/a"));
  server.answer("PUT 7 sub/a", "0000000cERR 403 no!!");
  EXPECT_EQ(run("put " + local("a") + " sub"), 1);
  EXPECT_THAT(failure.message, HasSubstr("sub/a: 403"));
}

TEST_F(Upload, TellsTheFirstRefusalOfWhatIsNoFolder) {
  write_file(local("a"), "content");
  server.answer("PUT 7 fifo", "0000000cERR 409 odd!");
  server.answer("PUT 7 fifo/a", "0000000cERR 404 none");
  EXPECT_EQ(run("put " + local("a") + " fifo"), 1);
  EXPECT_THAT(failure.message, HasSubstr("fifo: 409 odd!"));
  server.answer("PUT 7 a", "0000000cERR 409 dir!");
  EXPECT_EQ(run("put " + local("a")), 1) << "no place was named, so none within it is meant";
  EXPECT_THAT(server.requests(), Not(Contains("PUT 7 a/a")));
}

TEST_F(Upload, CannotKnowTheSizeOfTheStandardInput) {
  EXPECT_EQ(run("put - x"), 64);
  EXPECT_THAT(failure.message, HasSubstr("standard input"));
}

TEST_F(Upload, SendsNothingWhenRefused) {  // clause 4.9
  write_file(local("a"), "content");
  server.answer("PUT 7 a", "0000000bERR 403 no!");
  EXPECT_EQ(run("put " + local("a")), 1);
  EXPECT_THAT(failure.message, HasSubstr("403 no!"));
  EXPECT_EQ(run("pwd"), 0) << "the connection is in step";
}

TEST_F(Upload, TellsAnErrorInPlaceOfTheSecondOk) {  // clause 4.12
  write_file(local("a"), std::string(8, 'x'));
  // The stream of eight bytes reads as the header of an empty message to a server that is told to answer
  // only; it answers both at once.
  server.answer("PUT 8 a",
                "00000002OK"
                "0000000fERR 507 no room",
                true);
  EXPECT_EQ(run("put " + local("a")), 1);
  EXPECT_THAT(failure.message, HasSubstr("507 no room"));
}

TEST_F(Upload, DoesNotBelieveAnotherSize) {
  write_file(local("a"), "00000000");
  server.answer("PUT 8 a",
                "00000002OK"
                "00000004OK 9");
  EXPECT_EQ(run("put " + local("a")), 2);
  EXPECT_THAT(failure.message, HasSubstr("another size"));
}

TEST_F(Upload, GivesTheServerTimeToStoreALargeFile) {
  session.waits.idle = std::chrono::milliseconds(500);
  write_file(local("a"), std::string(16 << 20, 'x'));  // another second
  server.delay("PUT 16777216 a", std::chrono::milliseconds(900));
  EXPECT_EQ(run("put " + local("a")), 0) << failure.message;
}

TEST_F(Upload, DoesNotSayThatNothingIsStoredWhenTheServerIsSilentAtTheEnd) {
  session.waits.idle = std::chrono::milliseconds(400);
  write_file(local("a"), "x");
  server.delay("PUT 1 a", std::chrono::milliseconds(1200));
  EXPECT_EQ(run("put " + local("a")), 2);
  EXPECT_THAT(failure.message, HasSubstr("did not confirm in time"));
}

TEST_F(Upload, GivesUpOnAServerThatReadsNothing) {
  session.waits.idle = std::chrono::milliseconds(400);
  write_file(local("a"), std::string(64 << 20, 'x'));
  server.answer("PUT 67108864 a",
                "00000002OK"
                "",
                false);
  // The server takes the stream for a message's header, which it is not, and closes; or it is still reading.
  EXPECT_EQ(run("put " + local("a")), 2);
}

TEST_F(Upload, ShowsHowFarASlowServerIs) {
  std::ostringstream terminal;
  session.terminal = &terminal;
  write_file(local("a"), std::string(2 << 20, 'x'));
  server.take_streams_in_pieces(128 << 10, std::chrono::milliseconds(50));
  EXPECT_EQ(run("put " + local("a")), 0) << failure.message;
  EXPECT_GE(testing::lines_drawn(terminal.str()), 3) << terminal.str();
}

TEST_F(Upload, RefusesWhatIsNoFile) {
  ASSERT_EQ(::mkfifo(local("fifo").c_str(), 0600), 0);
  EXPECT_EQ(run("put " + local("fifo")), 3);
  EXPECT_THAT(failure.message, HasSubstr("no regular file"));
  EXPECT_EQ(run("put " + folder + " x"), 3);
  EXPECT_THAT(failure.message, HasSubstr("put -r"));
  EXPECT_EQ(run("put " + local("missing")), 3);
}

TEST_F(Upload, StoresFolders) {
  std::filesystem::create_directories(local("d/sub"));
  write_file(local("d/one"), "1");
  write_file(local("d/sub/two"), "22");
  std::filesystem::create_symlink("/etc/passwd", local("d/link"));
  server.put_folder("/d");  // is there already
  EXPECT_EQ(run("put -r " + local("d")), 0) << failure.message;
  EXPECT_EQ(server.file("/d/one"), "1");
  EXPECT_EQ(server.file("/d/sub/two"), "22");
  EXPECT_EQ(server.file("/d/link"), std::nullopt);
  EXPECT_THAT(messages.str(), HasSubstr("left out"));
}

TEST_F(Upload, StoresAFileWithROnlyAsAFile) {
  write_file(local("a"), "1");
  EXPECT_EQ(run("put -r " + local("a")), 0);
  EXPECT_EQ(server.file("/a"), "1");
}

}  // namespace
}  // namespace bftp::client::people
