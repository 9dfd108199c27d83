#include <filesystem>
#include <fstream>

#include "specimen_fixture.hpp"

/// Framing, conformance, hostile input.
namespace bftp::server::specimens {
namespace {

using ProtocolFault = SpecimenTest;

TEST_F(ProtocolFault, AnnounceTooMuch) {
  start("announce_too_much");
  auto connection = client();
  EXPECT_EQ(connection.ask("GET small"), "OK 6");
  EXPECT_EQ(connection.receive(5), "hello");
}

TEST_F(ProtocolFault, TrailingBytes) {
  start("trailing_bytes");
  auto connection = client();
  EXPECT_EQ(connection.ask("GET small"), "OK 5");
  EXPECT_EQ(connection.receive(6), "hello\n");
}

TEST_F(ProtocolFault, HeadersInAnotherForm) {
  const auto header_of_long_reply = [&](const std::string& fault) {
    start(fault);
    auto connection = client();
    connection.send_request("PWD");
    const auto header = connection.receive(8);
    EXPECT_EQ(connection.receive(4), "OK /");
    return header;
  };
  EXPECT_EQ(header_of_long_reply("space_padded_header"), "       4");
  EXPECT_EQ(header_of_long_reply("decimal_header"), "00000004");
  start("decimal_header");
  auto connection = client();
  connection.send_request("GET file");
  EXPECT_EQ(connection.receive(17), "00000009OK 100000");
  std::filesystem::create_directories(root_ / "abcdefgh");
  auto moved = client();
  moved.send_request("CD abcdefgh");
  EXPECT_EQ(moved.receive(8), "00000012") << "12 bytes are 0000000c";
}

TEST_F(ProtocolFault, UpperCaseHeader) {
  std::filesystem::create_directories(root_ / "abcdefgh");
  start("upper_case_header");
  auto connection = client();
  connection.send_request("CD abcdefgh");
  EXPECT_EQ(connection.receive(8), "0000000C");
}

TEST_F(ProtocolFault, ReplyWithNewline) {
  start("reply_with_newline");
  auto connection = client();
  connection.send_request("PWD");
  EXPECT_EQ(connection.receive(13), "00000004OK /\n");
}

TEST_F(ProtocolFault, ListUnsorted) {
  start("list_unsorted");
  EXPECT_EQ(client().fetch("LIST"), "F 5 small\nF 100000 file\nF 0 empty\n");
}

TEST_F(ProtocolFault, SharedFolder) {
  std::filesystem::create_directories(root_ / "folder");
  start("shared_folder");
  auto mine = client(), theirs = client();
  EXPECT_EQ(mine.ask("CD folder"), "OK /folder");
  EXPECT_EQ(theirs.ask("PWD"), "OK /folder");
}

TEST_F(ProtocolFault, StaleCache) {
  start("stale_cache");
  auto connection = client();
  EXPECT_EQ(connection.fetch("GET small"), "hello");
  std::ofstream(root_ / "small") << "longer than it was";
  EXPECT_EQ(connection.fetch("GET small"), "hello");
  EXPECT_EQ(client().fetch("GET small"), "hello") << "for everybody";
  std::filesystem::remove(root_ / "small");
  EXPECT_EQ(client().outcome("GET small"), "404") << "what is gone is gone";
}

TEST_F(ProtocolFault, WrongCode) {
  start("wrong_code");
  EXPECT_EQ(client().outcome("GET nope"), "500");
}

TEST_F(ProtocolFault, CloseAfterError) {
  start("close_after_error");
  auto connection = client();
  EXPECT_EQ(connection.outcome("GET nope"), "404");
  EXPECT_EQ(connection.rest(), "");
}

TEST_F(ProtocolFault, DeletePretends) {
  start("delete_pretends");
  EXPECT_EQ(client().ask("DELETE small"), "OK");
  EXPECT_TRUE(std::filesystem::exists(root_ / "small"));
}

TEST_F(ProtocolFault, MissingIsEmpty) {
  start("missing_is_empty");
  EXPECT_EQ(client().ask("GET nope"), "OK 0");
}

TEST_F(ProtocolFault, PutVisibleEarly) {
  start("put_visible_early");
  auto connection = client();
  EXPECT_EQ(connection.ask("PUT 10 small"), "OK");
  connection.send("12345");
  EXPECT_TRUE(comes([&] { return root_.read("small") == "12345"; }));
  connection.send("67890");
  EXPECT_EQ(connection.reply(), "OK 10");
  EXPECT_EQ(root_.read("small"), "1234567890");
}

TEST_F(ProtocolFault, EscapesRoot) {
  const TemporaryFolder outside;
  outside.write("secret", "secret");
  start("escapes_root");
  const auto path = "../" + outside.path().filename().string() + "/secret";
  EXPECT_EQ(client().fetch("GET " + path), "secret");
  EXPECT_EQ(get("small"), "hello");
}

TEST_F(ProtocolFault, StaleTail) {
  start("stale_tail");
  auto connection = client();
  EXPECT_EQ(connection.ask("SIZE small"), "OK 5");
  EXPECT_EQ(connection.outcome("SIZE no-such-file"), "404");
  EXPECT_EQ(connection.outcome("SIZE small"), "404") << "it is asked for smallch-file";
  EXPECT_EQ(client().ask("SIZE small"), "OK 5") << "another connection";
}

TEST_F(ProtocolFault, LocksFiles) {
  start("locks_files");
  auto holds = client(), waits = client();
  EXPECT_EQ(holds.ask("PUT 3 small"), "OK");
  waits.send_request("GET small");
  EXPECT_EQ(client().ask("GET file"), "OK 100000") << "another file";
  holds.send("new");
  EXPECT_EQ(holds.reply(), "OK 3");
  EXPECT_EQ(waits.reply(), "OK 3") << "what the PUT left, since it waited for it";
}

TEST_F(ProtocolFault, RemovesTrees) {
  start("removes_trees");
  EXPECT_EQ(client().ask("MKDIR d"), "OK");
  root_.write("d/inside", "x");
  EXPECT_EQ(client().ask("RMDIR d"), "OK");
  EXPECT_FALSE(std::filesystem::exists(root_ / "d"));
  EXPECT_EQ(client().outcome("RMDIR d"), "404");
  EXPECT_EQ(client().outcome("RMDIR small"), "409");
  EXPECT_TRUE(std::filesystem::exists(root_ / "small"));
  EXPECT_EQ(client().ask("RMDIR ."), "OK");
  EXPECT_FALSE(std::filesystem::exists(root_ / "small"));
}

TEST_F(ProtocolFault, CrashOnMalformed) {
  start("crash_on_malformed");
  client().send("zzzzzzzz");
  EXPECT_EQ(server_->wait(), 128 + SIGABRT);
}

TEST_F(ProtocolFault, CrashOnLongName) {
  start("crash_on_long_name:bytes=20");
  EXPECT_EQ(client().outcome("GET 1234567890123456789"), "404");
  client().send_request("GET 12345678901234567890");
  EXPECT_EQ(server_->wait(), 128 + SIGABRT);
}

}  // namespace
}  // namespace bftp::server::specimens
