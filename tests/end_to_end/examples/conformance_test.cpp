// The core of BFTP/1 (clauses 1 to 4 and 6) as a client sees it, for the reference server and for the example
// servers that students start from. Answers that the text leaves open are not asked for.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <algorithm>

#include "tests/server_under_test/running_server.hpp"

namespace bftp::server::testing {
namespace {

namespace fs = std::filesystem;
using ::testing::StartsWith;

struct Program {
  const char* name;
  std::vector<std::string> command;
};

std::vector<Program> programs() {
  const std::string sources = BFTP_SOURCE_DIR "/server_under_test/examples/";
  const std::string binaries = BFTP_BINARY_DIR "/";
  return {{"bftpd", {binaries + "bin/bftpd"}},
          {"plain", {binaries + "bin/plain_server"}},
          {"python", {"python3", sources + "server.py"}},
          {"c", {binaries + "bin/example_server_c"}},
          {"java", {"java", "-cp", binaries + "server_under_test/examples/java", "Server"}},
          {"go", {binaries + "bin/example_server_go"}}};
}

class Conformance : public ::testing::TestWithParam<Program> {
 protected:
  Conformance() {
    outside_.write("secret", "secret");
    root_.write("file", "hello");
    root_.write("empty", "");
    root_.write("a name with spaces", "spaces");
    root_.write("naïve ✓", "utf-8");
    root_.write("Zebra", "z");
    fs::create_directories(root_ / "folder/inner");
    root_.write("folder/inner/deep", "deep");
    fs::create_symlink("folder/inner/deep", root_ / "link_inside");
    fs::create_symlink("folder", root_ / "link_to_folder");
    fs::create_symlink(root_ / "file", root_ / "link_absolute");
    fs::create_symlink(outside_ / "secret", root_ / "link_outside");
    fs::create_symlink(outside_ / "nothing", root_ / "link_outside_dangling");
    fs::create_symlink(outside_.path(), root_ / "link_outer_folder");
    fs::create_symlink("link_loop", root_ / "link_loop");
    EXPECT_EQ(::mkfifo((root_ / "fifo").c_str(), 0600), 0);
    server_ = std::make_unique<RunningServer>(root_.path(), GetParam().command, std::vector<std::string>{});
    client_ = std::make_unique<Client>(*server_);
  }

  std::string ask(std::string_view payload) { return client_->ask(payload); }
  std::string outcome(std::string_view payload) { return client_->outcome(payload); }
  std::string fetch(std::string_view payload) { return client_->fetch(payload); }

  TemporaryFolder root_;
  TemporaryFolder outside_;
  std::unique_ptr<RunningServer> server_;
  std::unique_ptr<Client> client_;
};

TEST_P(Conformance, ReadsFilesAndFolders) {  // 2.5, 3.1, 4.1, 4.3 to 4.5, 4.11, 4.14, 4.15
  EXPECT_EQ(fetch("GET file"), "hello");
  EXPECT_EQ(ask("GET empty"), "OK 0");
  EXPECT_EQ(fetch("GET /a name with spaces"), "spaces");
  EXPECT_EQ(fetch("GET naïve ✓"), "utf-8");
  EXPECT_EQ(fetch("GET folder//inner/./../inner/deep"), "deep");
  EXPECT_EQ(fetch("GET link_inside"), "deep");
  EXPECT_EQ(fetch("GET link_absolute"), "hello");
  EXPECT_EQ(fetch("LIST"),
            "F 1 Zebra\nF 6 a name with spaces\nF 0 empty\nF 5 file\nD 0 folder\nF 5 link_absolute\n"
            "F 4 link_inside\nD 0 link_to_folder\nF 5 naïve ✓\n");
  EXPECT_EQ(fetch("LIST folder/"), "D 0 inner\n");
  EXPECT_EQ(ask("PWD"), "OK /");
  EXPECT_EQ(ask("CD folder/inner/"), "OK /folder/inner");
  EXPECT_EQ(fetch("GET deep"), "deep");
  EXPECT_EQ(fetch("LIST"), "F 4 deep\n");
  EXPECT_EQ(ask("CD .."), "OK /folder");
  EXPECT_EQ(Client(*server_).ask("PWD"), "OK /") << "each connection has its own folder";
  EXPECT_EQ(ask("QUIT"), "OK");
  EXPECT_EQ(client_->rest(), "");
}

TEST_P(Conformance, RefusesByCodeAndStaysInStep) {  // 2.3, 3.3, 4.9, 4.13, 4.15
  using namespace std::string_view_literals;
  for (const auto payload : {""sv,
                             "GET"sv,
                             "GET "sv,
                             "CD"sv,
                             "PWD x"sv,
                             "QUIT now"sv,
                             "GET a\0b"sv,
                             "GET a\nb"sv,
                             "GET \x7f"sv,
                             "GET \xff"sv,
                             "GET \xc0\xaf"sv,
                             "PUT"sv,
                             "PUT 5"sv,
                             "PUT new"sv,
                             "PUT 05 new"sv,
                             "PUT +5 new"sv,
                             "PUT 0x5 new"sv,
                             "PUT -1 new"sv,
                             "PUT 9223372036854775808 new"sv,
                             "PUT 5 "sv})
    EXPECT_EQ(outcome(payload), "400") << payload;
  EXPECT_EQ(outcome("GET " + std::string(256, 'x')), "400");
  for (const auto payload : {"GET missing", "GET missing/file", "GET file/below", "GET  file", "CD missing",
                             "LIST missing", "DELETE missing", "PUT 5 missing/new", "PUT 5 file/new"})
    EXPECT_EQ(outcome(payload), "404") << payload;
  EXPECT_EQ(outcome("GET " + std::string(255, 'x')), "404");
  for (const auto payload : {"GET folder", "GET /", "GET fifo", "GET file/", "CD file", "LIST file",
                             "DELETE folder", "PUT 5 folder", "PUT 5 fifo", "PUT 5 new/", "DELETE empty/"})
    EXPECT_EQ(outcome(payload), "409") << payload;
  EXPECT_EQ(outcome("FROBNICATE x"), "405");
  EXPECT_EQ(outcome("DELETE /"), "403");
  EXPECT_EQ(fetch("GET file"), "hello");
  EXPECT_FALSE(fs::exists(root_ / "new"));
}

TEST_P(Conformance, NothingOutsideTheRootIsTouched) {  // 3.1, 3.2
  for (const std::string verb : {"GET ", "DELETE ", "PUT 1 ", "CD ", "LIST "})
    for (const std::string path : {"../x", "..", "/folder/../../x", "link_outside", "link_outside_dangling",
                                   "link_outer_folder/secret", "link_outer_folder/new"})
      EXPECT_EQ(outcome(verb + path), "403") << verb << path;
  EXPECT_EQ(outside_.names(), std::vector<std::string>{"secret"});
  EXPECT_EQ(outside_.read("secret"), "secret");
}

TEST_P(Conformance, StoresAndDeletes) {  // 4.2, 4.6, 4.8, 4.11
  const auto large = some_bytes(1'000'003);
  EXPECT_EQ(client_->put("new", large), "OK 1000003");
  EXPECT_EQ(root_.read("new"), large);
  EXPECT_EQ(fetch("GET new"), large);
  EXPECT_EQ(client_->put("new", "short"), "OK 5");
  EXPECT_EQ(root_.read("new"), "short");
  EXPECT_EQ(client_->put("/folder/with space ", ""), "OK 0");
  EXPECT_TRUE(fs::exists(root_ / "folder/with space "));
  EXPECT_EQ(ask("DELETE new"), "OK");
  EXPECT_EQ(outcome("DELETE new"), "404");
  EXPECT_EQ(ask("DELETE link_inside"), "OK");
  EXPECT_EQ(root_.read("folder/inner/deep"), "deep");
}

TEST_P(Conformance, AClientThatLeavesDuringPutChangesNothing) {  // 2.6, 4.8
  const auto before = fetch("LIST");
  for (const bool by_reset : {false, true}) {
    Client leaver(*server_);
    EXPECT_EQ(leaver.ask("PUT 100000 file"), "OK");
    leaver.send(std::string(50'000, 'x'));
    if (by_reset) leaver.reset();
    leaver.close();
  }
  EXPECT_EQ(fetch("GET file"), "hello");
  EXPECT_EQ(fetch("LIST"), before) << "unfinished uploads are not listed";
}

TEST_P(Conformance, SegmentBordersMeanNothing) {  // 1.3, 1.4, 2.4
  for (const char byte : std::string("0000000AGET folder")) client_->send({&byte, 1});
  EXPECT_THAT(client_->reply(), StartsWith("ERR 409"));
  Client many(*server_);
  many.send("00000008GET file0000000cLIST folder/00000003PWD");
  EXPECT_EQ(many.reply(), "OK 5");
  EXPECT_EQ(many.receive(5), "hello");
  EXPECT_EQ(many.reply(), "OK 10");
  EXPECT_EQ(many.receive(10), "D 0 inner\n");
  EXPECT_EQ(many.reply(), "OK /");
}

TEST_P(Conformance, AMalformedHeaderIsAnsweredAndClosed) {  // 1.6
  for (const std::string header : {"0000zz04", "00 00004", "-0000004", "GET file", "0x000004"}) {
    Client client(*server_);
    client.send(header + "NOOP");
    EXPECT_THAT(client.reply(), StartsWith("ERR 400 ")) << header;
    EXPECT_EQ(client.rest(), "") << header;
  }
  Client client(*server_);
  client.send("00010001");
  EXPECT_THAT(client.reply(), StartsWith("ERR 413 "));
  EXPECT_EQ(client.rest(), "");
  Client longest(*server_);
  longest.send("00010000GET " + std::string(65'532, '/'));
  EXPECT_THAT(longest.reply(), StartsWith("ERR 409"));
}

TEST_P(Conformance, OneClientDoesNotKeepOthersWaiting) {  // 2.6, 6.1
  const auto large = some_bytes(8'000'000);
  root_.write("large", large);
  Client silent(*server_);
  Client halfway(*server_);
  halfway.send("0000");
  Client deaf(*server_);
  deaf.send_request("GET large");
  EXPECT_EQ(fetch("GET large"), large);
  Client left(*server_);
  left.send_request("GET large");
  left.reset();
  EXPECT_EQ(fetch("GET file"), "hello");
}

TEST_P(Conformance, EndsBySigtermAndLeavesNothingBehind) {  // 6.2, 6.3, 6.4
  const auto before = root_.names();
  Client uploading(*server_);
  EXPECT_EQ(uploading.ask("PUT 1000 new"), "OK");
  uploading.send("half");
  EXPECT_EQ(server_->terminate(), 0);
  auto after = root_.names();
  // bftpd removes what is unfinished when it starts again; the examples, with their simpler layout, when they
  // end.
  std::erase_if(after, [](const std::string& name) { return name.starts_with(".bftpd-"); });
  auto expected = before;
  std::erase_if(expected, [](const std::string& name) { return name.starts_with(".part-"); });
  EXPECT_EQ(after, expected);
}

INSTANTIATE_TEST_SUITE_P(Servers, Conformance, ::testing::ValuesIn(programs()),
                         [](const auto& test) { return std::string(test.param.name); });

}  // namespace
}  // namespace bftp::server::testing
