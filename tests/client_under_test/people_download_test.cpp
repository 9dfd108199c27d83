#include "client_under_test/people/download.hpp"
#include "tests/client_under_test/people_test_kit.hpp"

namespace bftp::client::people {
namespace {

using ::testing::AllOf;
using ::testing::Contains;
using ::testing::HasSubstr;
using ::testing::Not;
using testing::pattern;
using testing::read_file;
using testing::write_file;

class Download : public testing::SessionTest {
 protected:
  const std::string content = pattern(3'000'001);
};

TEST_F(Download, FetchesFilesOfAllSizes) {
  for (const std::size_t size : {0UL, 1UL, 65'535UL, 65'536UL, 65'537UL, 1'048'576UL, 3'000'001UL}) {
    server.put_file("/a file", pattern(size));
    ASSERT_EQ(run("get 'a file' " + local("x")), 0) << failure.message;
    EXPECT_EQ(read_file(local("x")), pattern(size));
    EXPECT_FALSE(exists(".x.bftp-part"));
  }
}

TEST_F(Download, GoesIntoAFolderUnderItsOwnName) {
  server.put_file("/sub/a", "content");
  EXPECT_EQ(run("get /sub/a " + folder), 0);
  EXPECT_EQ(read_file(local("a")), "content");
}

TEST_F(Download, KeepsTheOldFileUntilTheNewOneIsWhole) {
  server.put_file("/a", content);
  write_file(local("a"), "old");
  server.cut_next_stream(1'500'000);
  EXPECT_EQ(run("get a " + local("a")), 2);
  EXPECT_EQ(read_file(local("a")), "old");
  EXPECT_EQ(read_file(local(".a.bftp-part")), content.substr(0, 1'500'000)) << "kept, to be continued";
  EXPECT_EQ(run("get -c a " + local("a")), 0) << failure.message;
  EXPECT_EQ(read_file(local("a")), content);
  EXPECT_FALSE(exists(".a.bftp-part"));
  EXPECT_THAT(server.requests(), Contains("RANGE 1500000 1500001 a"));
}

TEST_F(Download, ShowsHowFarASlowServerIs) {
  std::ostringstream terminal;
  session.terminal = &terminal;
  server.put_file("/a", pattern(300'000));
  server.send_streams_in_pieces(100'000, std::chrono::milliseconds(150));
  EXPECT_EQ(run("get a " + local("a")), 0) << failure.message;
  EXPECT_GE(testing::lines_drawn(terminal.str()), 3) << terminal.str();
}

TEST_F(Download, LeavesNothingBehindWhenRefused) {
  EXPECT_EQ(run("get nothing " + local("x")), 1);
  EXPECT_THAT(failure.message, HasSubstr("nothing: 404"));
  EXPECT_FALSE(exists("x"));
  EXPECT_FALSE(exists(".x.bftp-part"));
}

TEST_F(Download, ARefusalDoesNotCostWhatIsThereAlready) {
  server.put_file("/a", content);
  write_file(local(".a.bftp-part"), content.substr(0, 100));
  write_file(local(".x.bftp-part"), "somebody's own");
  EXPECT_EQ(run("get nothing " + local("x")), 1);
  EXPECT_EQ(read_file(local(".x.bftp-part")), "somebody's own");
  server.answer("FEAT", "0000000cERR 503 full");
  EXPECT_EQ(run("get -c a " + local("a")), 1);
  EXPECT_THAT(failure.message, HasSubstr("503")) << "not: a server without RANGE";
  EXPECT_EQ(read_file(local(".a.bftp-part")), content.substr(0, 100));
}

TEST_F(Download, StartsOverWhenThePartIsOfAnotherContent) {
  server.put_file("/a", content);
  write_file(local(".a.bftp-part"), "something else");
  EXPECT_EQ(run("get -c a " + local("a")), 0) << failure.message;
  EXPECT_EQ(read_file(local("a")), content);
  EXPECT_THAT(messages.str(), HasSubstr("another content"));
}

TEST_F(Download, StartsOverWhenThePartIsLongerThanTheFile) {
  server.put_file("/a", "short");
  write_file(local(".a.bftp-part"), "much too long");
  EXPECT_EQ(run("get -c a " + local("a")), 0) << failure.message;
  EXPECT_EQ(read_file(local("a")), "short");
}

TEST_F(Download, StartsOverWhenTheServerSendsAnotherRange) {
  server.put_file("/a", "0123456789");
  write_file(local(".a.bftp-part"), "01234");
  server.answer("RANGE 5 5 a",
                "00000004OK 3"
                "567");
  EXPECT_EQ(run("get -c a " + local("a")), 0) << failure.message;
  EXPECT_EQ(read_file(local("a")), "0123456789");
}

TEST_F(Download, FinishesAPartThatIsWholeAlready) {
  server.put_file("/a", content);
  write_file(local(".a.bftp-part"), content);
  EXPECT_EQ(run("get -c a " + local("a")), 0);
  EXPECT_EQ(read_file(local("a")), content);
  EXPECT_THAT(server.requests(), Not(Contains(HasSubstr("RANGE"))));
}

TEST_F(Download, SaysThatNothingWasCheckedWithoutHash) {
  server.drop_verb(protocol::Verb::hash);
  server.put_file("/a", content);
  write_file(local(".a.bftp-part"), content.substr(0, 100));
  EXPECT_EQ(run("get -c a " + local("a")), 0);
  EXPECT_EQ(read_file(local("a")), content);
  EXPECT_THAT(messages.str(), HasSubstr("not checked"));
}

TEST_F(Download, IsFinishedThoughTheHashDoesNotComeInTime) {
  session.waits.idle = std::chrono::milliseconds(400);
  session.quiet = true;
  server.put_file("/a", content);
  server.answer("HASH a", "");
  write_file(local(".a.bftp-part"), content.substr(0, 100));
  EXPECT_EQ(run("get -c a " + local("a")), 0) << failure.message;
  EXPECT_EQ(read_file(local("a")), content);
  EXPECT_THAT(messages.str(), HasSubstr("warning: the server did not answer HASH in time"));
  EXPECT_FALSE(session.remote->is_open()) << "the answer may come yet and be nobody's";
}

TEST_F(Download, GivesTheServerTimeToReadALargeFile) {
  session.waits.idle = std::chrono::milliseconds(500);
  const std::string large(16 << 20, 'x');  // another second
  server.put_file("/a", large);
  server.delay("HASH a", std::chrono::milliseconds(900));
  write_file(local(".a.bftp-part"), large);
  EXPECT_EQ(run("get -c a " + local("a")), 0) << failure.message;
  EXPECT_THAT(messages.str(), Not(HasSubstr("not checked")));
  EXPECT_EQ(run("hash a"), 0) << failure.message;
}

TEST_F(Download, FetchesTheWholeFileWithoutRange) {
  server.drop_verb(protocol::Verb::range);
  server.put_file("/a", content);
  write_file(local(".a.bftp-part"), content.substr(0, 100));
  EXPECT_EQ(run("get -c a " + local("a")), 0);
  EXPECT_EQ(read_file(local("a")), content);
  EXPECT_THAT(messages.str(), HasSubstr("no RANGE"));
}

TEST_F(Download, WorksWithAServerThatHasNoExtendedVerbs) {
  server.drop_verb(protocol::Verb::feat);
  server.put_file("/a", content);
  write_file(local(".a.bftp-part"), "x");
  EXPECT_EQ(run("get -c a " + local("a")), 0) << failure.message;
  EXPECT_EQ(read_file(local("a")), content);
}

TEST_F(Download, TellsALocalFailureFromAConnectionsFailure) {
  server.put_file("/a", content);
  EXPECT_EQ(run("get a " + local("no/such/folder")), 3);
  EXPECT_THAT(failure.message, HasSubstr("no such folder: " + local("no/such/")));
  EXPECT_EQ(run("get a " + local("folder/")), 3);
  EXPECT_THAT(failure.message, HasSubstr("no such folder: " + local("folder/")));
  EXPECT_EQ(run("noop"), 0) << "the connection still stands";
}

TEST_F(Download, GivesUpOnASilentServer) {
  session.waits.idle = std::chrono::milliseconds(400);
  server.answer("GET a",
                "00000004OK 9"
                "half");
  EXPECT_EQ(run("get a " + local("a")), 2);
  EXPECT_EQ(read_file(local(".a.bftp-part")), "half");
}

TEST_F(Download, BelievesNoNonsense) {
  for (const auto* answer :
       {"00000005OK -5", "00000002OK", "00000004what", "00000006ERR xy", "zzzzzzzz", "ffffffff"}) {
    server.answer("GET a", answer);
    EXPECT_EQ(run("get a " + local("a")), 2) << answer;
    EXPECT_FALSE(exists("a"));
  }
}

TEST_F(Download, FetchesFolders) {
  server.put_folder("/d");
  server.put_folder("/d/empty");
  server.put_folder("/d/sub");
  server.put_file("/d/one", "1");
  server.put_file("/d/sub/two words", "22");
  EXPECT_EQ(run("get -r d " + folder), 0) << failure.message;
  EXPECT_EQ(read_file(local("d/one")), "1");
  EXPECT_EQ(read_file(local("d/sub/two words")), "22");
  EXPECT_TRUE(std::filesystem::is_directory(local("d/empty")));
  EXPECT_EQ(run("get -r d " + local("other")), 0);
  EXPECT_EQ(read_file(local("other/one")), "1");
}

TEST_F(Download, StaysInTheFolderWhateverAServerLists) {
  for (const std::string name : {"..", "../escaped", "/etc/x", "a/b", "."}) {
    const auto listing = "F 1 " + name + "\n";
    const auto reply = "OK " + std::to_string(listing.size());
    server.answer("LIST d", protocol::encode_header(reply.size()) + reply + listing);
    EXPECT_EQ(run("get -r d " + folder), 2) << name;
    EXPECT_THAT(failure.message, HasSubstr("elsewhere"));
  }
}

TEST_F(Download, ShowsNoNameAsTheServerSentIt) {
  const std::string name = "\x1b]0;title\x07";
  const auto lists = [&](const std::string& listing) {
    const auto reply = "OK " + std::to_string(listing.size());
    server.answer("LIST d", protocol::encode_header(reply.size()) + reply + listing);
  };
  server.put_file("/d/" + name, "x");
  lists("F 1 " + name + "\n");
  server.answer("GET d/" + name, "00000004OK 1x");
  EXPECT_EQ(run("get -r d " + folder), 0) << failure.message;
  EXPECT_THAT(messages.str(), AllOf(HasSubstr("d/\\x1b]0;title\\x07"), Not(HasSubstr("\x1b"))));
  std::filesystem::remove(local("d/" + name));
  std::filesystem::create_directory(local("d/" + name));
  EXPECT_EQ(run("get -r d " + folder), 3) << "a folder is in the file's place";
  EXPECT_THAT(failure.message, AllOf(HasSubstr("d/\\x1b]0;title\\x07"), Not(HasSubstr("\x1b"))));
}

TEST_F(Download, EndsInFoldersThatContainThemselves) {
  std::string path = "d";
  for (int depth = 0; depth < 70; ++depth, path += "/d")
    server.answer("LIST " + path,
                  "00000004OK 6"
                  "D 0 d\n");
  EXPECT_EQ(run("get -r d " + local("x")), 2);
  EXPECT_THAT(failure.message, HasSubstr("too deeply"));
}

}  // namespace
}  // namespace bftp::client::people
