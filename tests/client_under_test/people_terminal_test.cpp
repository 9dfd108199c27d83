// The program at a terminal: a pseudo-terminal whose other end we hold.

#include <poll.h>
#include <pty.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>

#include "tests/client_under_test/people_test_kit.hpp"

namespace bftp::client::people {
namespace {

using ::testing::Contains;
using ::testing::HasSubstr;

class Terminal : public testing::SessionTest {
 protected:
  ~Terminal() override {
    if (child_ > 0) {
      ::kill(child_, SIGKILL);
      ::waitpid(child_, nullptr, 0);
    }
  }

  void start(const char* locale = "C.UTF-8") {
    const auto server_text = server.endpoint().text();
    winsize size{.ws_row = 30, .ws_col = 120, .ws_xpixel = 0, .ws_ypixel = 0};
    int master = -1;
    child_ = ::forkpty(&master, nullptr, nullptr, &size);
    ASSERT_GE(child_, 0);
    if (child_ == 0) {
      ::setenv("TERM", "xterm", 1);
      ::setenv("HOME", folder.c_str(), 1);
      ::setenv("XDG_STATE_HOME", folder.c_str(), 1);
      ::setenv("LC_ALL", locale, 1);
      // Longer than see() waits: what comes back from a silent server in time was interrupted.
      ::execl(BFTP_CLIENT, "bftp", "--timeout", "300", server_text.c_str(), static_cast<char*>(nullptr));
      ::_exit(127);
    }
    terminal_.reset(master);
    see("/> ");
  }

  void type(std::string_view keys) {
    seen_.clear();
    ASSERT_EQ(::write(terminal_.get(), keys.data(), keys.size()), static_cast<ssize_t>(keys.size()));
  }

  /// Waits until the program has shown `text` since the last keys.
  void see(const std::string& text) {
    const auto deadline = protocol::Deadline::after(std::chrono::seconds(30));
    while (seen_.find(text) == seen_.npos) {
      ASSERT_TRUE(protocol::wait_for(terminal_.get(), POLLIN, deadline, "the text"))
          << text << " is not in: " << seen_;
      std::array<char, 4096> block;
      const ssize_t got = ::read(terminal_.get(), block.data(), block.size());
      ASSERT_GT(got, 0) << text << " is not in: " << seen_;
      seen_.append(block.data(), static_cast<std::size_t>(got));
    }
  }

  /// Once the server has a request, the command runs and Ctrl-C is a signal.
  void wait_for_request(const std::string& request) {
    while (server.requests().empty() || server.requests().back() != request) std::this_thread::yield();
  }

  /// Exit status of the program, which is about to end.
  int wait_for_end() {
    int status = -1;
    // The kernel holds the end back until what the program printed has been read.
    for (std::array<char, 4096> block; ::read(terminal_.get(), block.data(), block.size()) > 0;) {
    }
    ::waitpid(std::exchange(child_, -1), &status, 0);
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
  }

  protocol::UniqueFd terminal_;
  std::string seen_;
  pid_t child_ = -1;
};

TEST_F(Terminal, RunsCommandsAndEndsAtQuit) {
  server.put_file("/a", "x");
  start();
  type("ls\r");
  see("1  a");
  type("frobnicate\r");
  see("unknown command");
  type("quit\r");
  EXPECT_EQ(wait_for_end(), 0);
  EXPECT_THAT(server.requests(), Contains("QUIT"));
}

TEST_F(Terminal, CompletesCommandsAndNames) {
  server.put_file("/oliver twist.txt", "content");
  start();
  type("mkd\t");
  see("ir ");    // what is there already is not drawn again
  type("\x03");  // Ctrl-C drops the line
  see("/> ");
  type("cat ol\t\r");
  see("content");
  EXPECT_THAT(server.requests(), Contains("GET oliver twist.txt"));
}

TEST_F(Terminal, TakesNamesAsTheyAreTypedInAnyLocale) {
  server.put_file("/a\xc3\xa4", "umlaut");
  server.put_file("/a", "none");
  for (const char* locale : {"C", "POSIX", "xx_XX"}) {
    start(locale);
    type("rm a\xc3\xa4\r");
    see("\n");
    type("quit\r");
    EXPECT_EQ(wait_for_end(), 0);
    EXPECT_EQ(server.file("/a\xc3\xa4"), std::nullopt) << locale;
    EXPECT_EQ(server.file("/a"), "none") << locale;
    server.put_file("/a\xc3\xa4", "umlaut");
  }
}

TEST_F(Terminal, KeepsItsHistory) {
  start();
  type("mkdir first\r");
  see("/> ");
  type("\x1b[A");  // arrow up
  see("mkdir first");
  type("\x03\x04");  // Ctrl-C, Ctrl-D
  EXPECT_EQ(wait_for_end(), 0);
  EXPECT_THAT(testing::read_file(local("bftp/history")), HasSubstr("mkdir"));
}

TEST_F(Terminal, InterruptsACommandAndGoesOn) {
  server.answer("GET slow", "00000008OK 99999");  // and then nothing
  start();
  type("get slow " + local("slow") + "\r");
  see("\n");
  wait_for_request("GET slow");
  type("\x03");
  see("interrupted");
  type("pwd\r");
  see("/\r\n");
}

TEST_F(Terminal, InterruptsACompletion) {
  server.answer("LIST", "");  // nothing
  start();
  type("cat x\t");
  wait_for_request("LIST");
  type("\x03");
  type("\x15pwd\r");  // Ctrl-U empties the line
  see("\r\n/\r\n");
}

TEST_F(Terminal, InterruptsAFolderAsAWhole) {
  server.put_folder("/d");
  for (const auto* name : {"/d/1", "/d/2", "/d/3"}) server.put_file(name, "x");
  server.answer("GET d/2", "00000004OK 9");  // and then nothing
  start();
  type("get -r d " + folder + "\r");
  wait_for_request("GET d/2");
  type("\x03");
  see("interrupted");
  type("pwd\r");
  see("\r\n/\r\n");
  EXPECT_THAT(server.requests(), ::testing::Not(Contains("GET d/3")));
}

TEST_F(Terminal, EscapesAFileThatItShows) {
  server.put_file("/evil", "\x1b]0;title\x07");
  start();
  type("cat evil\r");
  see("\\x1b]0;title\\x07");
}

}  // namespace
}  // namespace bftp::client::people
