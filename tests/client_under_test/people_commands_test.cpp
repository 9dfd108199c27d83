#include <poll.h>
#include <unistd.h>

#include <sstream>

#include "client_under_test/people/commands.hpp"
#include "client_under_test/people/dialogue.hpp"
#include "tests/client_under_test/people_test_kit.hpp"

namespace bftp::client::people {
namespace {

using ::testing::AllOf;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;

class Commands : public testing::SessionTest {};

TEST_F(Commands, ListWithSizesAndEscapedNames) {
  server.put_file("/big", std::string(1234, 'x'));
  server.put_file("/e\xc2\x9bvil", "");
  server.put_folder("/sub");
  EXPECT_EQ(run("ls"), 0);
  EXPECT_EQ(out.str(), "1,234  big\n    0  e\\u{9b}vil\n    -  sub/\n");
}

TEST_F(Commands, GoAboutFolders) {
  EXPECT_EQ(run("mkdir a 'b c'"), 0);
  EXPECT_TRUE(server.has_folder("/b c"));
  EXPECT_EQ(run("cd 'b c'"), 0);
  EXPECT_EQ(session.folder, "/b c");
  EXPECT_EQ(run("pwd"), 0);
  EXPECT_EQ(out.str(), "/b c\n");
  EXPECT_EQ(run("cd"), 0);
  EXPECT_EQ(session.folder, "/");
  EXPECT_EQ(run("rmdir a"), 0);
  EXPECT_FALSE(server.has_folder("/a"));
  EXPECT_EQ(run("mkdir 'b c'"), 1);
  EXPECT_EQ(failure.code, 409);
}

TEST_F(Commands, AskAboutFiles) {
  server.put_file("/a", "abc");
  EXPECT_EQ(run("size a"), 0);
  EXPECT_EQ(run("hash a"), 0);
  EXPECT_EQ(run("feat"), 0);
  EXPECT_EQ(run("noop"), 0);
  EXPECT_EQ(out.str(),
            "3  a\nba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad  a\n"
            "FEAT SIZE HASH MKDIR RMDIR MOVE RANGE NOOP\n");
}

TEST_F(Commands, BelieveNoSizeAndNoHashThatIsNone) {
  server.put_file("/a", "abc");
  server.answer("SIZE a", "00000006OK abc");
  EXPECT_EQ(run("size a"), 2);
  EXPECT_THAT(failure.message, HasSubstr("SIZE answers no size: abc"));
  server.answer("SIZE a", "00000004OK 3");
  server.answer("HASH a", "00000006OK abc");
  EXPECT_EQ(run("hash a"), 2);
  EXPECT_THAT(failure.message, HasSubstr("HASH answers no SHA-256: abc"));
  EXPECT_EQ(out.str(), "");
}

TEST_F(Commands, MoveAndDelete) {
  server.put_file("/a b", "1");
  EXPECT_EQ(run("mv 'a b' 'c d'"), 0);
  EXPECT_THAT(server.requests(), Contains("MOVE 3 a b c d"));
  EXPECT_EQ(server.file("/c d"), "1");
  EXPECT_EQ(run("rm 'c d'"), 0);
  EXPECT_EQ(server.file("/c d"), std::nullopt);
  EXPECT_EQ(run("rm 'c d'"), 1);
}

TEST_F(Commands, SayWhatWouldBeRight) {
  EXPECT_EQ(run("get"), 64);
  EXPECT_THAT(failure.message, HasSubstr("get [-c] [-r] REMOTE [LOCAL]"));
  EXPECT_EQ(run("ls -z"), 64);
  EXPECT_EQ(run("pwd x"), 64);
  EXPECT_EQ(run("mv a"), 64);
  EXPECT_EQ(run("rm ''"), 64);
  EXPECT_EQ(run("frobnicate"), 64);
  EXPECT_EQ(run("gte a"), 64);
  EXPECT_THAT(failure.message, HasSubstr("did you mean get?"));
  EXPECT_EQ(run("quit"), 64);
  EXPECT_THAT(failure.message, HasSubstr("ends a dialogue"));
  EXPECT_EQ(run("get / " + folder), 64);
  EXPECT_THAT(server.requests(), ElementsAre()) << "nothing of this reached the server";
}

TEST_F(Commands, TakeADashAfterTwoDashes) {
  server.put_file("/-c", "x");
  EXPECT_EQ(run("rm -- -c"), 0);
  EXPECT_EQ(server.file("/-c"), std::nullopt);
}

TEST_F(Commands, EscapeWhatTheServerSays) {
  server.answer("PWD", "00000007OK \x1b[2J");
  EXPECT_EQ(run("pwd"), 0);
  EXPECT_EQ(out.str(), "\\x1b[2J\n");
  server.answer("NOOP", "0000000dERR 500 a\x1b]0;b");
  EXPECT_EQ(run("noop"), 1);
  EXPECT_EQ(failure.message.find('\x1b'), std::string::npos);
}

TEST_F(Commands, TakeNoReplyForTheAnswerToAnotherRequest) {
  server.put_file("/x", "");
  server.answer("SIZE a",
                "00000004OK 1"
                "00000004OK 2");
  EXPECT_EQ(run("size a"), 0);
  EXPECT_EQ(run("rm x"), 2);
  EXPECT_THAT(failure.message, AllOf(HasSubstr("out of step"), HasSubstr("OK 2")));
  EXPECT_THAT(server.requests(), Not(Contains("DELETE x")));
  EXPECT_EQ(run("rm x"), 0) << "on a new connection";
}

TEST_F(Commands, TellWhatAServerSaysThatTakesNobody) {
  server.greet("0000000cERR 503 full");
  ASSERT_TRUE(session.connected());
  EXPECT_TRUE(protocol::wait_for(session.remote->connection().fd(), POLLIN,
                                 protocol::Deadline::after(std::chrono::seconds(30)), "the greeting"));
  EXPECT_EQ(run("pwd"), 1);
  EXPECT_EQ(failure.code, 503);
}

TEST_F(Commands, ReturnToTheFolderOnANewConnection) {
  server.put_folder("/sub");
  ASSERT_EQ(run("cd sub"), 0);
  server.drop_client();  // as a server does with a client that says nothing for long
  EXPECT_EQ(run("pwd"), 0) << failure.message;
  EXPECT_EQ(out.str(), "/sub\n");
}

TEST_F(Commands, TellThatTheFolderHasGone) {
  server.put_folder("/sub");
  ASSERT_EQ(run("cd sub"), 0);
  server.drop_client();
  session.folder = "/never/was";
  EXPECT_EQ(run("pwd"), 1);
  EXPECT_EQ(run("pwd"), 0) << "at the root again";
}

TEST_F(Commands, FailWithoutAServer) {
  session.endpoint = protocol::listen_on({"127.0.0.1", 0}).value().endpoint;  // closed again at once
  EXPECT_EQ(run("pwd"), 2);
  EXPECT_THAT(failure.message, HasSubstr(session.endpoint.text()));
}

TEST_F(Commands, FailWithAHostThatMayBeASlipForOneOfThem) {
  session.endpoint = {"mkdir..", 1};  // two dots: no resolver has to be asked
  EXPECT_EQ(run("pwd"), 2);
  EXPECT_THAT(failure.message, HasSubstr("did you mean the command mkdir?"));
  session.endpoint = {"nowhere..near", 1};
  EXPECT_EQ(run("pwd"), 2);
  EXPECT_THAT(failure.message, HasSubstr("nor is that a command"));
}

TEST_F(Commands, StayQuietWhenAsked) {
  session.quiet = true;
  EXPECT_EQ(run("noop"), 0);
  EXPECT_EQ(messages.str(), "");
}

TEST_F(Commands, HelpNamesEachOfThem) {
  EXPECT_EQ(run("help"), 0);
  for (const auto& command : commands())
    EXPECT_THAT(out.str(), HasSubstr(std::string("  ") + command.name + " "));
  EXPECT_THAT(out.str(), HasSubstr("  quit "));
}

class Script : public testing::SessionTest {
 protected:
  int script(const std::string& text) {
    std::istringstream lines(text);
    return run_script(session, lines);
  }
};

TEST_F(Script, RunsLineByLine) {
  EXPECT_EQ(script("# a comment\n\n  mkdir a\r\nmkdir 'b c'\npwd"), 0);
  EXPECT_TRUE(server.has_folder("/a"));
  EXPECT_TRUE(server.has_folder("/b c"));
  EXPECT_EQ(out.str(), "/\n");
  EXPECT_THAT(server.requests(), Contains("QUIT"));
}

TEST_F(Script, TakesACommentForNoWords) {
  EXPECT_EQ(script("# don't stop\n \t# \"nor here\n-# or 'here\npwd\n"), 0) << messages.str();
  EXPECT_EQ(out.str(), "/\n");
}

TEST_F(Script, EndsAtTheFirstFailure) {
  EXPECT_EQ(script("mkdir a\nrm missing\nmkdir b\n"), 1);
  EXPECT_TRUE(server.has_folder("/a"));
  EXPECT_FALSE(server.has_folder("/b"));
  EXPECT_THAT(messages.str(), HasSubstr("bftp: missing: 404"));
}

TEST_F(Script, GoesOnAfterALineThatMayFail) {
  EXPECT_EQ(script("-rm missing\nmkdir b\n"), 0);
  EXPECT_TRUE(server.has_folder("/b"));
}

TEST_F(Script, GoesOnAfterALineThatMayFailToBeRead) {
  EXPECT_EQ(script("-get \"x\n-get x\\\nmkdir b\n"), 0);
  EXPECT_TRUE(server.has_folder("/b"));
  EXPECT_THAT(messages.str(), HasSubstr("has no partner"));
}

TEST_F(Script, FailsWhenItsLinesCannotBeRead) {
  std::ifstream not_lines(folder);  // reading a folder fails, opening one does not
  ASSERT_TRUE(not_lines);
  EXPECT_EQ(run_script(session, not_lines), 3);
  EXPECT_THAT(messages.str(), HasSubstr("cannot read the commands"));
}

TEST_F(Script, OfTheProgramFailsWhenItsLinesCannotBeRead) {
  const auto line =
      std::string(BFTP_CLIENT) + " " + server.endpoint().text() + " < '" + folder + "' 2> /dev/null";
  EXPECT_EQ(WEXITSTATUS(std::system(line.c_str())), 3);
}

TEST_F(Script, RefusesWrongLines) {
  EXPECT_EQ(script("ls 'x\n"), 64);
  EXPECT_EQ(script("frobnicate\n"), 64);
}

TEST_F(Script, EndsAtQuit) {
  EXPECT_EQ(script("quit\nmkdir a\n"), 0);
  EXPECT_FALSE(server.has_folder("/a"));
}

TEST_F(Script, OfNothingNeedsNoServer) {
  EXPECT_EQ(script(""), 0);
  EXPECT_THAT(server.requests(), ElementsAre());
}

TEST_F(Script, NamesForCompletionComeFromBothSides) {
  server.put_file("/a", "");
  server.put_folder("/d");
  const auto remote = list_names(session, Names::remote, "");
  ASSERT_EQ(remote.size(), 2U);
  EXPECT_EQ(remote[0].name, "a");
  EXPECT_TRUE(remote[1].is_folder);
  testing::write_file(local("mine"), "");
  const auto here = list_names(session, Names::local, folder);
  ASSERT_EQ(here.size(), 1U);
  EXPECT_EQ(here[0].name, "mine");
  EXPECT_TRUE(list_names(session, Names::remote, "missing/").empty());
}

}  // namespace
}  // namespace bftp::client::people
