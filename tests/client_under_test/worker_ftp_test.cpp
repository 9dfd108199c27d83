// FTP's own exchange, against a server in a thread of the test that can be told to misbehave.
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <map>

#include "client_under_test/worker/ftp_reply.hpp"
#include "tests/client_under_test/worker_test_kit.hpp"

namespace bftp::client::worker::testing {
namespace {

using protocol::Op;
using protocol::TransferError;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

TEST(FtpReplies, AreWholeOnlyWithTheirLastLine) {
  const std::string many = "220-Welcome\r\n 220 not yet\r\n220-nor now\r\n220 now\r\n";
  for (std::size_t size = 0; size < many.size(); ++size)
    EXPECT_EQ(parse_ftp_reply(many.substr(0, size)).kind, FtpReply::Kind::incomplete) << size;
  const std::string followed = many + "331 next\r\n";  // the reply points into it
  const auto reply = parse_ftp_reply(followed);
  EXPECT_EQ(reply.kind, FtpReply::Kind::reply);
  EXPECT_EQ(reply.code, 220);
  EXPECT_EQ(reply.line, "220 now");
  EXPECT_EQ(reply.bytes, many.size());
  EXPECT_EQ(parse_ftp_reply("226\n").code, 226);
}

TEST(FtpReplies, NonsenseIsSeenEarly) {
  for (const char* bytes :
       {"HTTP/1.1", "0000001e", "\r\n", "2x0 no\r\n", "2200 no\r\n", "22\r\n", "600 no\r\n"})
    EXPECT_EQ(parse_ftp_reply(bytes).kind, FtpReply::Kind::malformed) << bytes;
}

TEST(FtpReplies, PasvIsReadHoweverItIsWrapped) {
  for (const char* line : {"227 Entering Passive Mode (127,0,0,1,4,210).", "227 =127,0,0,1,4,210",
                           "227 Entering Passive Mode 127,0,0,1,4,210"}) {
    const auto address = parse_pasv(line);
    ASSERT_TRUE(address) << line;
    EXPECT_THAT(address->host, ElementsAre(127, 0, 0, 1));
    EXPECT_EQ(address->port, 4 * 256 + 210);
  }
  for (const char* line : {"227 Entering Passive Mode (127,0,0,1,4)", "227 (256,0,0,1,4,1)",
                           "227 (1,2,3,4,0,0)", "227", "227 1, 2, 3, 4, 5, 6"})
    EXPECT_FALSE(parse_pasv(line)) << line;
}

TEST(FtpReplies, EpsvHasAPortBetweenBars) {
  EXPECT_EQ(parse_epsv("229 Entering Extended Passive Mode (|||6446|)"), 6446);
  EXPECT_EQ(parse_epsv("229 ok (!!!1!)"), 1);
  for (const char* line :
       {"229 (|||0|)", "229 (|||65536|)", "229 (||6446|)", "229 |||6446|", "229 (|||6446", "229 ("})
    EXPECT_FALSE(parse_epsv(line)) << line;
}

/// What the server does other than a good one.
struct Manners {
  std::string greeting = "220 ready";
  bool asks_password = true;
  bool has_pasv = true;
  std::string pasv_host = "127,0,0,1";
  std::string to_transfer = "150 here it comes";
  std::string at_end = "226 done";
  std::optional<std::string> content;  ///< in place of the file's
  bool resets_data = false;
  bool ignores_quit = false;
};

class WorkerFtpTest : public WorkerTest {
 protected:
  WorkerFtpTest() { job.dialect = "ftp"; }

  FakeServer::Script ftp() {
    return [this](Peer& control) {
      commands.emplace_back("(connection)");
      control.send(manners.greeting + "\r\n");
      Listener data;
      while (const auto line = control.receive_until("\r\n")) {
        const std::string command = line->substr(0, line->size() - 2);
        commands.push_back(command);
        if (!answer(control, data, command)) return;
      }
    };
  }

  std::vector<protocol::WorkerRecord> transfers(Op op, std::uint32_t count = 1) {
    FakeServer server(ftp());
    return run(block_to(server.port(), op, count));
  }
  protocol::WorkerRecord transfer(Op op = Op::get) {
    const auto records = transfers(op);
    return records.empty() ? protocol::WorkerRecord() : records.front();
  }

  Manners manners;
  std::map<std::string, std::string> files;
  std::vector<std::string> commands;

 private:
  struct Listener {
    Listener() {
      fd.reset(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
      sockaddr_in address{};
      address.sin_family = AF_INET;
      address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
      socklen_t size = sizeof address;
      ::bind(fd.get(), reinterpret_cast<sockaddr*>(&address), size);
      ::listen(fd.get(), 1);
      ::getsockname(fd.get(), reinterpret_cast<sockaddr*>(&address), &size);
      port = ntohs(address.sin_port);
    }
    protocol::UniqueFd fd;
    std::uint16_t port = 0;
  };

  bool answer(Peer& control, Listener& data, const std::string& command) {
    const std::string verb = command.substr(0, 4);
    const std::string name = command.size() > 5 ? command.substr(5) : "";
    if (verb == "USER") return control.send(manners.asks_password ? "331 and?\r\n" : "230 in\r\n");
    if (verb == "PASS") return control.send(name == "wrong" ? "530 Login incorrect\r\n" : "230 in\r\n");
    if (verb == "TYPE") return control.send("200 binary\r\n");
    if (verb == "PASV" && !manners.has_pasv) return control.send("502 no\r\n");
    if (verb == "PASV") {
      return control.send(
          fmt::format("227 Passive ({},{},{})\r\n", manners.pasv_host, data.port / 256, data.port % 256));
    }
    if (verb == "EPSV") return control.send(fmt::format("229 Extended (|||{}|)\r\n", data.port));
    if (verb == "DELE") return control.send(files.erase(name) > 0 ? "250 gone\r\n" : "550 none\r\n");
    if (verb == "QUIT" && !manners.ignores_quit) control.send("221 bye\r\n");
    if (verb == "QUIT") return manners.ignores_quit;
    return move_file(control, data, verb, name);
  }

  bool move_file(Peer& control, Listener& data, const std::string& verb, const std::string& name) {
    if (verb == "RETR" && !files.contains(name)) return control.send("550 no such file\r\n");
    control.send(manners.to_transfer + "\r\n");
    if (!manners.to_transfer.starts_with("1")) return true;
    const protocol::UniqueFd fd(::accept4(data.fd.get(), nullptr, nullptr, SOCK_CLOEXEC));
    if (!fd) return false;
    {
      Peer peer(fd.get());
      if (verb == "RETR") peer.send(manners.content.value_or(files[name]));
      if (verb == "STOR") files[name] = peer.receive_all();
      if (manners.resets_data) peer.reset();
    }
    ::shutdown(fd.get(), manners.resets_data ? SHUT_RD : SHUT_RDWR);
    return control.send(manners.at_end + "\r\n");
  }
};

TEST_F(WorkerFtpTest, FetchesInPassiveModeAndSaysGoodbye) {
  files["f"] = noise(700'000);
  add_fixture("f", files["f"]);
  const auto record = transfer();
  EXPECT_EQ(record.error, TransferError::none) << record.detail;
  EXPECT_EQ(record.identical, true);
  EXPECT_EQ(record.bytes, 700'000u);
  EXPECT_TRUE(record.transfer_ns && record.connect_ns && record.first_byte_ns);
  EXPECT_EQ(record.detail, "");
  EXPECT_THAT(commands, ElementsAre("(connection)", "USER anonymous", "PASS bftp-torture@", "TYPE I", "PASV",
                                    "RETR f", "QUIT"));
}

TEST_F(WorkerFtpTest, LogsInWithUserAndPassword) {
  files["f"] = "content";
  add_fixture("f", "content");
  job.user = "oliver";
  job.password = "more";
  EXPECT_EQ(transfer().identical, true);
  EXPECT_EQ(commands[1], "USER oliver");
  EXPECT_EQ(commands[2], "PASS more");
  worker.reset();
  job.password = "wrong";
  const auto record = transfer();
  EXPECT_EQ(record.error, TransferError::refused);
  EXPECT_THAT(record.detail, HasSubstr("530 Login incorrect"));
  EXPECT_THAT(record.detail, ::testing::Not(HasSubstr("wrong")));
}

TEST_F(WorkerFtpTest, NeedsNoPasswordWhereNoneIsAskedFor) {
  manners.asks_password = false;
  files["f"] = "content";
  add_fixture("f", "content");
  EXPECT_EQ(transfer().identical, true);
  EXPECT_EQ(commands[2], "TYPE I");
}

TEST_F(WorkerFtpTest, OneLoginServesManyFilesOnALastingConnection) {
  job.lasting_connection = true;
  files["f"] = noise(10'000);
  add_fixture("f", files["f"]);
  for (const auto& record : transfers(Op::get, 3)) EXPECT_EQ(record.identical, true) << record.detail;
  EXPECT_EQ(std::count(commands.begin(), commands.end(), "(connection)"), 1);
  EXPECT_EQ(std::count(commands.begin(), commands.end(), "PASV"), 3);
}

TEST_F(WorkerFtpTest, UsesEpsvWherePasvIsRefused) {
  manners.has_pasv = false;
  job.lasting_connection = true;
  files["f"] = "content";
  add_fixture("f", "content");
  for (const auto& record : transfers(Op::get, 2)) EXPECT_EQ(record.identical, true) << record.detail;
  EXPECT_EQ(std::count(commands.begin(), commands.end(), "PASV"), 1) << "asked once, then known";
  EXPECT_EQ(std::count(commands.begin(), commands.end(), "EPSV"), 2);
}

TEST_F(WorkerFtpTest, AForeignAddressIsNotFollowedButNoted) {
  manners.pasv_host = "192,0,2,1";
  files["f"] = "content";
  add_fixture("f", "content");
  const auto record = transfer();
  EXPECT_EQ(record.error, TransferError::none) << record.detail;
  EXPECT_EQ(record.identical, true);
  EXPECT_THAT(record.detail, HasSubstr("192.0.2.1"));
}

TEST_F(WorkerFtpTest, StoresVerifiesAndRemovesThroughTheServer) {
  const std::string content = noise(300'000);
  add_fixture("f", content);
  for (const auto& record : transfers(Op::put, 2)) {
    EXPECT_EQ(record.error, TransferError::none) << record.detail;
    EXPECT_EQ(record.identical, true);
    EXPECT_EQ(record.bytes, content.size());
  }
  EXPECT_TRUE(files.empty()) << "what was stored is removed again";
}

TEST_F(WorkerFtpTest, ACopyThatTheServerDoesNotConfirmIsNoCopy) {
  files["f"] = "content";
  add_fixture("f", "content");
  manners.at_end = "426 broken off";
  const auto cut = transfer();
  EXPECT_EQ(cut.error, TransferError::closed_early);
  EXPECT_THAT(cut.detail, HasSubstr("426 broken off"));
  const auto put = transfer(Op::put);
  EXPECT_NE(put.error, TransferError::none);
}

TEST_F(WorkerFtpTest, WhatIsConfirmedIsComparedAllTheSame) {
  files["f"] = "content";
  add_fixture("f", "content");
  manners.content = "conte";
  const auto cut = transfer();
  EXPECT_EQ(cut.error, TransferError::closed_early);
  EXPECT_EQ(cut.identical, false);
  EXPECT_EQ(cut.first_difference, 5u);
  manners.content = "contents and more";
  EXPECT_EQ(transfer().error, TransferError::too_long);
  manners.content = "cOntent";
  const auto wrong = transfer();
  EXPECT_EQ(wrong.error, TransferError::none);
  EXPECT_EQ(wrong.identical, false);
}

TEST_F(WorkerFtpTest, AResetOfTheDataIsAReset) {
  files["f"] = noise(100'000);
  add_fixture("f", files["f"]);
  manners.content = files["f"].substr(0, 50'000);
  manners.resets_data = true;
  EXPECT_EQ(transfer().error, TransferError::reset);
}

TEST_F(WorkerFtpTest, RefusalsKeepTheServersWords) {
  add_fixture("f", "content");
  const auto missing = transfer();
  EXPECT_EQ(missing.error, TransferError::refused);
  EXPECT_EQ(missing.detail, "the server answered 550 no such file to RETR");
  manners.greeting = "421 too many";
  EXPECT_EQ(transfer().error, TransferError::refused);
  manners.greeting = "HTTP/1.1 400 Bad Request";
  const auto http = transfer();
  EXPECT_EQ(http.error, TransferError::malformed_reply);
  EXPECT_THAT(http.detail, HasSubstr("--dialect http"));
}

TEST_F(WorkerFtpTest, ANameThatIsNotThereIsAskedForInAWholeExchange) {
  files["f"] = "content";
  add_fixture("f", "content");
  const auto record = transfer(Op::refused);
  EXPECT_EQ(record.error, TransferError::none) << record.detail;
  EXPECT_EQ(record.detail, "");
  EXPECT_THAT(commands, ::testing::Contains("PASV"));
  EXPECT_THAT(commands, ::testing::Contains("RETR no-such-file-c0-0"));
  files["no-such-file-c0-0"] = files["no-such-file-c0-1"] = "it is there";
  const auto yes = transfer(Op::refused);
  EXPECT_EQ(yes.error, TransferError::malformed_reply);
}

TEST_F(WorkerFtpTest, AServerThatForgetsItsLastReplyMeetsTheDeadline) {
  job.transfer_deadline_s = 0.2;
  files["f"] = "content";
  add_fixture("f", "content");
  FakeServer server([&](Peer& control) {
    control.send("220 ready\r\n");
    control.wait_for_close();
  });
  const auto records = run(block_to(server.port()));
  ASSERT_EQ(records.size(), 1u);
  EXPECT_EQ(records[0].error, TransferError::deadline);
  EXPECT_THAT(records[0].detail, HasSubstr("before its answer to USER"));
}

TEST_F(WorkerFtpTest, AClientThatStopsReadingHoldsItsData) {
  files["f"] = noise(50'000);
  add_fixture("f", files["f"]);
  FakeServer server(ftp());
  auto block = block_to(server.port(), Op::stall);
  block.hold_s = 0.05;
  const auto records = run(block);
  ASSERT_EQ(records.size(), 1u);
  EXPECT_EQ(records[0].error, TransferError::none) << records[0].detail;
  EXPECT_GT(records[0].bytes, 0u);
}

TEST_F(WorkerFtpTest, NamesThatWouldBeTwoCommandsAreNotAskedFor) {
  add_fixture("f\r\nDELE g", "content");
  const auto record = transfer();
  EXPECT_EQ(record.error, TransferError::local);
  EXPECT_TRUE(commands.empty());
}

}  // namespace
}  // namespace bftp::client::worker::testing
