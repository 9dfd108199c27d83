#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <sys/un.h>

#include <chrono>
#include <tuple>

#include "protocol/sha256.hpp"
#include "running_server.hpp"
#include "server_under_test/concurrency_model.hpp"

/// Clauses 2 to 5 as a client sees them, in every model and with both ways to resolve paths.
namespace bftp::server::testing {
namespace {

namespace fs = std::filesystem;

class ServerVerbs : public ::testing::TestWithParam<std::tuple<std::string, bool>> {
 protected:
  ServerVerbs() {
    fs::create_directories(outside_ / "folder");
    outside_.write("secret", "secret");
    root_.write("file", "hello");
    root_.write("empty", "");
    root_.write("a name with spaces", "spaces");
    root_.write("naïve ✓", "utf-8");
    fs::create_directories(root_ / "folder/inner");
    root_.write("folder/inner/deep", "deep");
    fs::create_directory(root_ / "bare");
    fs::create_symlink("folder/inner/deep", root_ / "link_inside");
    fs::create_symlink("folder", root_ / "link_to_folder");
    fs::create_symlink(outside_ / "secret", root_ / "link_outside");
    fs::create_symlink(outside_.path(), root_ / "link_to_outer_folder");
    fs::create_symlink("../../../../../../../etc", root_ / "link_climbing");
    fs::create_symlink(root_ / "file", root_ / "link_absolute_inside");
    fs::create_symlink("nowhere", root_ / "link_dangling");
    fs::create_symlink("link_loop", root_ / "link_loop");
    EXPECT_EQ(::mkfifo((root_ / "fifo").c_str(), 0600), 0);
    start({});
  }

  void start(std::vector<std::string> options) {
    const auto& [model, openat2] = GetParam();
    options.insert(options.end(), {"--model", model});
    if (!openat2) options.emplace_back("--no-openat2");
    server_ = std::make_unique<RunningServer>(root_.path(), std::move(options));
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

TEST_P(ServerVerbs, GetSendsSizeAndContent) {  // 4.1, 4.11, 4.15, 3.1
  EXPECT_EQ(ask("GET file"), "OK 5");
  EXPECT_EQ(client_->receive(5), "hello");
  EXPECT_EQ(ask("GET empty"), "OK 0");
  EXPECT_EQ(fetch("GET /a name with spaces"), "spaces");
  EXPECT_EQ(fetch("GET naïve ✓"), "utf-8");
  EXPECT_EQ(fetch("GET folder//inner/./../inner///deep"), "deep");
  EXPECT_EQ(fetch("get file"), "hello");
}

TEST_P(ServerVerbs, GetRefusesWhatIsNoFile) {  // 4.13
  EXPECT_EQ(outcome("GET missing"), "404");
  EXPECT_EQ(outcome("GET missing/file"), "404");
  EXPECT_EQ(outcome("GET file/below"), "404");
  EXPECT_EQ(outcome("GET folder"), "409");
  EXPECT_EQ(outcome("GET /"), "409");
  EXPECT_EQ(outcome("GET fifo"), "409");
  EXPECT_EQ(outcome("GET file/"), "409");
  EXPECT_EQ(outcome("GET  file"), "404");  // the name starts with a space (4.15)
  EXPECT_EQ(fetch("GET file"), "hello");   // in step (2.3)
}

TEST_P(ServerVerbs, NoPathLeadsOutside) {  // 3.1, 3.2, 4.13
  for (const std::string verb :
       {"GET ", "SIZE ", "HASH ", "RANGE 0 1 ", "DELETE ", "PUT 1 ", "CD ", "LIST ", "RMDIR "}) {
    EXPECT_EQ(outcome(verb + "../x"), "403") << verb;
    EXPECT_EQ(outcome(verb + "/folder/../../x"), "403") << verb;
    EXPECT_EQ(outcome(verb + "link_outside"), "403") << verb;
    EXPECT_EQ(outcome(verb + "link_to_outer_folder/secret"), "403") << verb;
    EXPECT_EQ(outcome(verb + "link_climbing/passwd"), "403") << verb;
  }
  for (const std::string verb : {"MKDIR ", "LIST ", "CD "}) {
    EXPECT_EQ(outcome(verb + "link_to_outer_folder"), "403") << verb;
    EXPECT_EQ(outcome(verb + "link_to_outer_folder/folder"), "403") << verb;
  }
  EXPECT_EQ(outcome("MOVE 4 file link_to_outer_folder/x"), "403");
  EXPECT_EQ(outcome("MOVE 4 file link_outside"), "403");
  EXPECT_EQ(outcome("MOVE 27 link_to_outer_folder/secret x"), "403");
  EXPECT_EQ(outcome("MOVE 4 file ../x"), "403");
  EXPECT_EQ(outcome("GET link_loop"), "403");
  EXPECT_THAT(outside_.names(), ::testing::ElementsAre("folder", "secret"));
  EXPECT_EQ(outside_.read("secret"), "secret");
}

TEST_P(ServerVerbs, LinksThatStayInsideAreFollowed) {  // 4.13, 4.14
  EXPECT_EQ(fetch("GET link_inside"), "deep");
  EXPECT_EQ(fetch("GET link_to_folder/inner/deep"), "deep");
  EXPECT_EQ(fetch("GET link_absolute_inside"), "hello");
  EXPECT_EQ(outcome("GET link_to_folder"), "409");
  EXPECT_EQ(outcome("GET link_dangling"), "404");
  EXPECT_EQ(ask("CD link_to_folder"), "OK /link_to_folder");
  EXPECT_EQ(fetch("GET inner/deep"), "deep");
}

TEST_P(ServerVerbs, ListShowsFilesAndFoldersInByteOrder) {  // 4.3, 4.14
  root_.write("Zebra", "z");
  root_.write("folder/inner/new\nline", "unspeakable");
  EXPECT_EQ(fetch("LIST"),
            "F 1 Zebra\nF 6 a name with spaces\nD 0 bare\nF 0 empty\nF 5 file\nD 0 folder\n"
            "F 5 link_absolute_inside\nF 4 link_inside\nD 0 link_to_folder\nF 5 naïve ✓\n");
  EXPECT_EQ(fetch("LIST folder"), "D 0 inner\n");
  EXPECT_EQ(fetch("LIST folder/inner/"), "F 4 deep\n");
  EXPECT_EQ(ask("LIST bare"), "OK 0");
  EXPECT_EQ(ask("CD folder"), "OK /folder");
  EXPECT_EQ(fetch("LIST"), "D 0 inner\n");
  EXPECT_EQ(outcome("LIST /file"), "409");
  EXPECT_EQ(outcome("LIST /missing"), "404");
  EXPECT_EQ(outcome("LIST /file/x"), "404");
  EXPECT_EQ(outcome("LIST /fifo"), "409");
}

TEST_P(ServerVerbs, ListsMoreNamesThanOneStepTakes) {
  std::string expected;
  for (int i = 10'000; i < 10'700; ++i) {
    root_.write("bare/" + std::to_string(i), "x");
    expected += "F 1 " + std::to_string(i) + "\n";
  }
  EXPECT_EQ(fetch("LIST bare"), expected);
}

TEST_P(ServerVerbs, CurrentFolderBelongsToTheConnection) {  // 2.5, 4.4, 4.5
  EXPECT_EQ(ask("PWD"), "OK /");
  EXPECT_EQ(ask("CD folder/inner/"), "OK /folder/inner");
  EXPECT_EQ(ask("PWD"), "OK /folder/inner");
  EXPECT_EQ(fetch("GET deep"), "deep");
  EXPECT_EQ(ask("CD .."), "OK /folder");
  EXPECT_EQ(ask("CD /"), "OK /");
  EXPECT_EQ(outcome("CD .."), "403");
  EXPECT_EQ(outcome("CD file"), "409");
  EXPECT_EQ(outcome("CD missing"), "404");
  EXPECT_EQ(outcome("CD fifo"), "409");
  EXPECT_EQ(ask("CD folder"), "OK /folder");
  if (std::get<0>(GetParam()) == "iterative") return;  // it has no second connection meanwhile
  EXPECT_EQ(Client(*server_).ask("PWD"), "OK /");
}

TEST_P(ServerVerbs, PutCreatesAndReplaces) {  // 4.2, 4.8, 4.11
  const auto large = some_bytes(1'000'000);
  EXPECT_EQ(client_->put("new", large), "OK 1000000");
  EXPECT_EQ(root_.read("new"), large);
  EXPECT_EQ(client_->put("new", "short"), "OK 5");
  EXPECT_EQ(root_.read("new"), "short");
  EXPECT_EQ(client_->put("new", ""), "OK 0");
  EXPECT_EQ(root_.read("new"), "");
  EXPECT_EQ(client_->put("/folder/with space ", "x"), "OK 1");
  EXPECT_EQ(root_.read("folder/with space "), "x");
  EXPECT_EQ(client_->put("link_inside", "replaced"), "OK 8");
  EXPECT_EQ(root_.read("link_inside"), "replaced");
  EXPECT_EQ(root_.read("folder/inner/deep"), "deep");
  EXPECT_EQ(client_->put("link_dangling", "here now"), "OK 8");
}

TEST_P(ServerVerbs, PutRefusesInPlaceOfTheFirstOk) {  // 4.9, 4.13
  EXPECT_EQ(outcome("PUT 5 folder"), "409");
  EXPECT_EQ(outcome("PUT 5 link_to_folder"), "409");
  EXPECT_EQ(outcome("PUT 5 fifo"), "409");
  EXPECT_EQ(outcome("PUT 5 /"), "409");
  EXPECT_EQ(outcome("PUT 5 new/"), "409");
  EXPECT_EQ(outcome("PUT 5 missing/new"), "404");
  EXPECT_EQ(outcome("PUT 5 file/new"), "404");
  EXPECT_EQ(outcome("PUT 9223372036854775807 new"), "507");
  EXPECT_EQ(outcome("PUT 9223372036854775808 new"), "400");
  EXPECT_EQ(outcome("PUT 05 new"), "400");
  EXPECT_EQ(outcome("PUT +5 new"), "400");
  EXPECT_EQ(outcome("PUT 0x5 new"), "400");
  EXPECT_EQ(outcome("PUT 5"), "400");
  EXPECT_EQ(outcome("PUT new"), "400");
  EXPECT_EQ(ask("NOOP"), "OK");
  EXPECT_FALSE(fs::exists(root_ / "new"));
}

TEST_P(ServerVerbs, DeleteRemovesFilesOnly) {  // 4.6, 4.13
  EXPECT_EQ(ask("DELETE file"), "OK");
  EXPECT_EQ(outcome("DELETE file"), "404");
  EXPECT_EQ(outcome("DELETE folder"), "409");
  EXPECT_EQ(outcome("DELETE link_to_folder"), "409");
  EXPECT_EQ(outcome("DELETE fifo"), "409");
  EXPECT_EQ(outcome("DELETE empty/"), "409");
  EXPECT_EQ(outcome("DELETE /"), "403");
  EXPECT_EQ(ask("DELETE link_inside"), "OK");
  EXPECT_EQ(root_.read("folder/inner/deep"), "deep");
}

TEST_P(ServerVerbs, QuitAnswersAndCloses) {  // 4.7
  EXPECT_EQ(ask("QUIT"), "OK");
  EXPECT_EQ(client_->rest(), "");
}

TEST_P(ServerVerbs, SizeHashAndRange) {  // 5.2, 5.3, 5.6
  const auto bytes = some_bytes(700'001);
  root_.write("bytes", bytes);
  EXPECT_EQ(ask("SIZE bytes"), "OK 700001");
  EXPECT_EQ(ask("HASH bytes"), "OK " + protocol::to_hex(protocol::sha256(bytes)));
  EXPECT_EQ(ask("HASH empty"), "OK " + protocol::to_hex(protocol::sha256("")));
  EXPECT_EQ(fetch("RANGE 0 700001 bytes"), bytes);
  EXPECT_EQ(fetch("RANGE 5 100000 bytes"), bytes.substr(5, 100'000));
  EXPECT_EQ(fetch("RANGE 700000 9223372036854775807 bytes"), bytes.substr(700'000));
  EXPECT_EQ(ask("RANGE 700001 1 bytes"), "OK 0");
  EXPECT_EQ(ask("RANGE 9223372036854775807 9223372036854775807 bytes"), "OK 0");
  EXPECT_EQ(ask("RANGE 3 0 bytes"), "OK 0");
  EXPECT_EQ(outcome("RANGE 1 bytes"), "400");
  EXPECT_EQ(outcome("RANGE -1 1 bytes"), "400");
  for (const std::string verb : {"SIZE ", "HASH ", "RANGE 0 1 "}) {
    EXPECT_EQ(outcome(verb + "missing"), "404") << verb;
    EXPECT_EQ(outcome(verb + "folder"), "409") << verb;
    EXPECT_EQ(outcome(verb + "fifo"), "409") << verb;
    EXPECT_EQ(outcome(verb + "file/"), "409") << verb;
  }
}

TEST_P(ServerVerbs, MakesAndRemovesFolders) {  // 5.4, 4.13
  EXPECT_EQ(ask("MKDIR made"), "OK");
  EXPECT_EQ(ask("MKDIR made/inner/"), "OK");
  EXPECT_EQ(outcome("MKDIR made"), "409");
  EXPECT_EQ(outcome("MKDIR file"), "409");
  EXPECT_EQ(outcome("MKDIR /"), "409");
  EXPECT_EQ(outcome("MKDIR missing/x"), "404");
  EXPECT_EQ(outcome("RMDIR made"), "409");
  EXPECT_EQ(ask("RMDIR made/inner"), "OK");
  EXPECT_EQ(ask("RMDIR made/"), "OK");
  EXPECT_EQ(outcome("RMDIR made"), "404");
  EXPECT_EQ(outcome("RMDIR file"), "409");
  EXPECT_EQ(outcome("RMDIR link_to_folder"), "409");
  EXPECT_EQ(outcome("RMDIR /"), "403");
}

TEST_P(ServerVerbs, MoveRenamesAndReplacesFiles) {  // 5.5, 4.13
  EXPECT_EQ(ask("MOVE 4 file folder/moved"), "OK");
  EXPECT_EQ(root_.read("folder/moved"), "hello");
  EXPECT_EQ(ask("MOVE 18 a name with spaces another name"), "OK");
  EXPECT_EQ(ask("MOVE 12 folder/moved another name"), "OK");
  EXPECT_EQ(root_.read("another name"), "hello");
  EXPECT_EQ(ask("MOVE 12 another name another name"), "OK");
  EXPECT_EQ(ask("MOVE 6 folder bare/folder"), "OK");
  EXPECT_EQ(root_.read("bare/folder/inner/deep"), "deep");
  EXPECT_EQ(outcome("MOVE 12 another name bare"), "409");
  EXPECT_EQ(outcome("MOVE 4 bare another name"), "409");
  EXPECT_EQ(ask("MKDIR target"), "OK");
  EXPECT_EQ(outcome("MOVE 4 bare target"), "409");
  EXPECT_EQ(outcome("MOVE 4 bare bare/inside"), "409");
  EXPECT_EQ(outcome("MOVE 4 fifo x"), "409");
  EXPECT_EQ(outcome("MOVE 5 empty fifo"), "409");
  EXPECT_EQ(outcome("MOVE 5 empty new/"), "409");
  EXPECT_EQ(outcome("MOVE 5 empty missing/x"), "404");
  EXPECT_EQ(outcome("MOVE 7 missing x"), "404");
  EXPECT_EQ(outcome("MOVE 1 / x"), "403");
  EXPECT_EQ(outcome("MOVE 5 empty /"), "409");
  EXPECT_EQ(outcome("MOVE 99 empty x"), "400");
  EXPECT_EQ(outcome("MOVE 5 empty"), "400");
}

TEST_P(ServerVerbs, FeatNamesTheExtendedVerbsAndNoopDoesNothing) {  // 5.1, 5.7
  EXPECT_EQ(ask("FEAT"), "OK FEAT SIZE HASH MKDIR RMDIR MOVE RANGE NOOP");
  EXPECT_EQ(ask("NOOP"), "OK");
}

TEST_P(ServerVerbs, MalformedRequestsAreRefusedAndTheConnectionStaysInStep) {  // 2.3, 3.3, 4.13
  using namespace std::string_view_literals;
  for (const auto payload :
       {""sv, "GET"sv, "GET "sv, "PWD x"sv, "QUIT now"sv, "NOOP "sv, " GET file"sv, "GET a\0b"sv,
        "GET a\nb"sv, "GET \x7f"sv, "GET \xff"sv, "GET \xc0\xaf"sv, "DELETE"sv, "FEAT x"sv})
    EXPECT_EQ(outcome(payload), "400") << payload;
  EXPECT_EQ(outcome("GET " + std::string(256, 'x')), "400");
  EXPECT_EQ(outcome("GET " + std::string(255, 'x')), "404");
  EXPECT_EQ(outcome("FROBNICATE x"), "405");
  EXPECT_EQ(ask("PWD"), "OK /");
}

TEST_P(ServerVerbs, AMalformedHeaderIsAnsweredAndClosed) {  // 1.6
  for (const std::string header : {"0000zz04", "00 00004", "-0000004", "GET file"}) {
    Client client(*server_);
    client_.reset();
    client.send(header + "NOOP");
    EXPECT_TRUE(client.reply().starts_with("ERR 400 ")) << header;
    EXPECT_EQ(client.rest(), "") << header;
  }
  for (const std::string header : {"00010001", "ffffffff", "FFFFFFFF"}) {
    Client client(*server_);
    client.send(header);
    EXPECT_TRUE(client.reply().starts_with("ERR 413 ")) << header;
    EXPECT_EQ(client.rest(), "") << header;
  }
}

TEST_P(ServerVerbs, TheLongestMessageIsTaken) {  // 1.3, 1.4
  client_->send("00010000GET " + std::string(65'532, '/'));
  EXPECT_EQ(client_->reply().substr(0, 7), "ERR 409");
  client_->send("0000000BSIZE folder");
  EXPECT_EQ(client_->reply().substr(0, 7), "ERR 409");
}

TEST_P(ServerVerbs, PathsLongerThanTheKernelTakesAreResolvedAllTheSame) {  // 3.3
  const std::string name(200, 'n');
  std::string path;
  for (int depth = 0; depth < 25; ++depth) {
    path += "/" + name;
    ASSERT_EQ(ask("MKDIR " + path), "OK") << depth;
  }
  EXPECT_EQ(client_->put(path + "/file", "far down"), "OK 8");
  EXPECT_EQ(fetch("GET " + path + "/file"), "far down");
  EXPECT_EQ(ask("DELETE " + path + "/file"), "OK");
  for (; !path.empty(); path.resize(path.size() - name.size() - 1)) ASSERT_EQ(ask("RMDIR " + path), "OK");
}

TEST_P(ServerVerbs, FoldersAreMadeDeepButNotWithoutEnd) {  // 1.4: PWD has to fit into a message
  int depth = 0;
  for (; depth < 300; ++depth)
    if (ask("MKDIR d") != "OK" || ask("CD d").substr(0, 4) != "OK /") break;
  EXPECT_EQ(depth, 256);
  EXPECT_EQ(outcome("PUT 4 f"), "404");
  EXPECT_EQ(outcome("SIZE d"), "404");
  std::string above;
  for (int level = 0; level < 255; ++level) above += "/d";
  EXPECT_EQ(ask("CD .."), "OK " + above);
  EXPECT_EQ(client_->put("f", "deep"), "OK 4");
}

TEST_P(ServerVerbs, ReadOnlyRefusesEveryChange) {  // 2.2: 403
  start({"--read-only"});
  EXPECT_EQ(outcome("PUT 1 x"), "403");
  EXPECT_EQ(outcome("DELETE file"), "403");
  EXPECT_EQ(outcome("MKDIR x"), "403");
  EXPECT_EQ(outcome("RMDIR bare"), "403");
  EXPECT_EQ(outcome("MOVE 4 file x"), "403");
  EXPECT_EQ(fetch("GET file"), "hello");
}

TEST_P(ServerVerbs, QuotaIsKept) {  // 2.2: 507
  start({"--quota", "1000"});
  const std::string half(450, 'x');
  EXPECT_EQ(client_->put("one", half), "OK 450");
  EXPECT_EQ(client_->put("two", half), "OK 450");
  EXPECT_EQ(outcome("PUT 450 three"), "507");
  EXPECT_EQ(ask("DELETE one"), "OK");
  EXPECT_EQ(client_->put("three", half), "OK 450");
  EXPECT_EQ(outcome("PUT 450 four"), "507");
  fs::remove(root_ / "two");  // by somebody else
  // A count that took the busy machine milliseconds is not repeated at once.
  const auto until = std::chrono::steady_clock::now() + std::chrono::seconds(10);
  std::string said = client_->put("four", half);
  while (said.starts_with("ERR 507") && std::chrono::steady_clock::now() < until)
    said = client_->put("four", half);
  EXPECT_EQ(said, "OK 450");
}

TEST_P(ServerVerbs, ALinkThatGoesFreesNoQuota) {
  root_.write("large", std::string(900, 'x'));
  fs::create_symlink("large", root_ / "link");
  fs::create_symlink("large", root_ / "second");
  start({"--quota", "1000"});
  EXPECT_EQ(ask("DELETE link"), "OK");
  EXPECT_EQ(client_->put("tiny", "x"), "OK 1");
  EXPECT_EQ(ask("MOVE 4 tiny second"), "OK");
  EXPECT_EQ(outcome("PUT 900 another"), "507") << "what the links led to is still there";
}

TEST_P(ServerVerbs, AFileThatMovesOntoItselfFreesNoQuota) {
  fs::create_directory(root_ / "there");
  root_.write("there/file", std::string(900, 'x'));
  fs::create_directory_symlink("there", root_ / "link");
  start({"--quota", "1000"});
  EXPECT_EQ(ask("MOVE 10 there/file link/file"), "OK");
  EXPECT_EQ(ask("MOVE 10 there/file there/file"), "OK");
  EXPECT_EQ(outcome("PUT 900 another"), "507");
  EXPECT_EQ(root_.read("there/file"), std::string(900, 'x'));
}

TEST_P(ServerVerbs, ATemporaryNameThatIsTakenIsPassedOver) {
  start({});
  for (int number = 1; number <= 3; ++number)
    root_.write(".bftpd-" + std::to_string(server_->pid()) + "-" + std::to_string(number) + ".part", "other");
  EXPECT_EQ(client_->put("new", "content"), "OK 7");
  EXPECT_EQ(root_.read("new"), "content");
}

TEST_P(ServerVerbs, TemporaryNamesAreOutOfReach) {
  root_.write(".bftpd-1-1.part", "unfinished");
  EXPECT_EQ(outcome("GET .bftpd-1-1.part"), "404");
  EXPECT_EQ(outcome("PUT 1 .bftpd-1-1.part"), "403");
  EXPECT_EQ(outcome("MOVE 4 file .bftpd-1-1.part"), "403");
  EXPECT_EQ(fetch("LIST").find(".bftpd"), std::string::npos);
}

INSTANTIATE_TEST_SUITE_P(Models, ServerVerbs,
                         ::testing::Combine(::testing::ValuesIn(model_names()), ::testing::Bool()),
                         [](const auto& test) {
                           return std::get<0>(test.param) +
                                  (std::get<1>(test.param) ? "_openat2" : "_by_hand");
                         });

}  // namespace
}  // namespace bftp::server::testing
