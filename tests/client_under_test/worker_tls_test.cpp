#include "tests/client_under_test/tls_peer.hpp"
#include "tests/client_under_test/worker_test_kit.hpp"

/// HTTP over TLS against servers that do exactly what they are told.
namespace bftp::client::worker::testing {
namespace {

using protocol::TransferError;
using ::testing::HasSubstr;

class WorkerTlsTest : public WorkerTest {
 protected:
  WorkerTlsTest() {
    job.dialect = "https";
    add_fixture("file.bin", content);
    trust(identity);
  }

  void trust(const Identity& other) {
    write_file(folder() / "ca.pem", other.pem());
    job.ca_file = (folder() / "ca.pem").string();
  }

  /// A server that says `answer` to each request, and `goodbye` at its end.
  FakeServer::Script says(std::string answer, bool goodbye = true) const {
    return [this, answer = std::move(answer), goodbye](Peer& peer) {
      TlsPeer tls(peer.fd(), identity);
      if (!tls.greeted() || tls.request().empty()) return;
      tls.send(answer);
      if (goodbye) tls.say_goodbye();
    };
  }

  static std::string with_length(const std::string& body) {
    return "HTTP/1.1 200 OK\r\nContent-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body;
  }

  const std::string content = noise(100'000);
  const Identity identity{"IP:127.0.0.1"};
};

TEST_F(WorkerTlsTest, FetchesAFile) {
  const auto record = get_from(says(with_length(content)));
  EXPECT_EQ(record.error, TransferError::none) << record.detail;
  EXPECT_EQ(record.identical, true);
  EXPECT_EQ(record.bytes, content.size());
  EXPECT_TRUE(record.connect_ns.has_value());
}

TEST_F(WorkerTlsTest, FetchesManyOnALastingConnection) {
  job.lasting_connection = true;
  FakeServer server([this](Peer& peer) {
    TlsPeer tls(peer.fd(), identity);
    while (tls.greeted() && !tls.request().empty()) tls.send(with_length(content));
  });
  const auto records = run(block_to(server.port(), protocol::Op::get, 5));
  ASSERT_EQ(records.size(), 5U);
  for (const auto& record : records) {
    EXPECT_EQ(record.error, TransferError::none) << record.detail;
    EXPECT_EQ(record.identical, true);
  }
  EXPECT_EQ(server.connections(), 1) << "what TLS says between two answers is no word of the server's";
  worker.reset();
}

TEST_F(WorkerTlsTest, DoesNotBlameTheServerForACertificateThatNobodyVouchesFor) {
  const Identity stranger{"IP:127.0.0.1"};
  trust(stranger);
  const auto record = get_from(says(with_length(content)));
  EXPECT_EQ(record.error, TransferError::local);
  EXPECT_THAT(record.detail, HasSubstr("does not verify"));
  EXPECT_THAT(record.detail, HasSubstr("--ca-file"));
}

TEST_F(WorkerTlsTest, TakesNoCertificateOfAnotherHost) {
  const Identity elsewhere{"DNS:example.org"};
  trust(elsewhere);
  const auto record = get_from([&](Peer& peer) { TlsPeer tls(peer.fd(), elsewhere); });
  EXPECT_EQ(record.error, TransferError::local);
  EXPECT_THAT(record.detail, HasSubstr("IP address mismatch"));
}

TEST_F(WorkerTlsTest, TakesNamesAsNames) {
  const Identity named{"DNS:localhost"};
  trust(named);
  FakeServer server([&](Peer& peer) {
    TlsPeer tls(peer.fd(), named);
    if (!tls.request().empty()) tls.send(with_length(content));
  });
  auto block = block_to(server.port());
  block.host = "localhost";
  const auto records = run(block);
  ASSERT_EQ(records.size(), 1U);
  EXPECT_EQ(records[0].error, TransferError::none) << records[0].detail;
}

TEST_F(WorkerTlsTest, KnowsAServerWithoutTls) {
  const auto record = get_from([](Peer& peer) {
    peer.receive(1);
    peer.send("HTTP/1.1 400 Bad Request\r\n\r\n");
    peer.wait_for_close();
  });
  EXPECT_EQ(record.error, TransferError::malformed_reply);
  EXPECT_THAT(record.detail, HasSubstr("no TLS handshake"));
}

TEST_F(WorkerTlsTest, BlamesAServerThatLeavesWithinTheHandshake) {
  const auto record = get_from([](Peer& peer) { peer.receive(1); });
  EXPECT_NE(record.error, TransferError::none);
  EXPECT_NE(record.error, TransferError::local) << record.detail;
}

TEST_F(WorkerTlsTest, BoundsASilentHandshakeByTheDeadline) {
  job.transfer_deadline_s = 0.2;
  const auto record = get_from([](Peer& peer) { peer.wait_for_close(); });
  EXPECT_EQ(record.error, TransferError::connect_failed);
  EXPECT_THAT(record.detail, HasSubstr("within 0.2 s"));
}

TEST_F(WorkerTlsTest, NeedsAFarewellWhereTheCloseEndsTheFile) {
  const std::string head = "HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n";
  const auto whole = get_from(says(head + content));
  EXPECT_EQ(whole.error, TransferError::none) << whole.detail;
  EXPECT_EQ(whole.identical, true);
  const auto cut = get_from(says(head + content, false));
  EXPECT_EQ(cut.error, TransferError::closed_early);
  EXPECT_THAT(cut.detail, HasSubstr("close_notify"));
}

TEST_F(WorkerTlsTest, CallsACopyCutShortWhatItIs) {
  const std::string answer = with_length(content);
  for (const bool goodbye : {true, false}) {
    const auto record = get_from(says(answer.substr(0, answer.size() - 1), goodbye));
    EXPECT_EQ(record.error, TransferError::closed_early) << record.detail;
    EXPECT_NE(record.identical, true);
  }
}

TEST_F(WorkerTlsTest, ReadsRefusals) {
  const auto record = get_from(says("HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n"));
  EXPECT_EQ(record.error, TransferError::refused);
  EXPECT_THAT(record.detail, HasSubstr("404"));
}

TEST_F(WorkerTlsTest, RefusesACaFileWithoutCertificates) {
  for (const char* name : {"missing.pem", "local-0"}) {
    job.ca_file = (folder() / name).string();
    const auto prepared = Worker::prepare(job);
    ASSERT_FALSE(prepared.has_value()) << name;
    EXPECT_EQ(prepared.error().kind, protocol::ErrorKind::invalid_input);
    EXPECT_THAT(prepared.error().message, HasSubstr(name));
  }
}

TEST_F(WorkerTlsTest, TakesTheSystemsAuthoritiesWithoutACaFile) {
  job.ca_file.clear();
  const auto record = get_from(says(with_length(content)));
  EXPECT_EQ(record.error, TransferError::local) << "no authority signed that";
}

}  // namespace
}  // namespace bftp::client::worker::testing
