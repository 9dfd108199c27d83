#include "specimen_fixture.hpp"

/// Servers that try the client.
namespace bftp::server::specimens {
namespace {

using ClientFault = SpecimenTest;

TEST_F(ClientFault, Short) {
  start("client_short");
  auto connection = client();
  EXPECT_EQ(connection.ask("GET file"), "OK 100000");
  EXPECT_EQ(connection.receive(50'000), content_.substr(0, 50'000));
  EXPECT_EQ(connection.reply(), "(closed)");
}

TEST_F(ClientFault, Reset) {
  start("client_reset");
  auto connection = client();
  EXPECT_EQ(connection.ask("GET small"), "OK 5");
  EXPECT_EQ(connection.receive(2), "he");
  EXPECT_EQ(connection.reply(), "(reset)");
}

TEST_F(ClientFault, Long) {
  start("client_long:bytes=3");
  auto connection = client();
  EXPECT_EQ(connection.ask("GET small"), "OK 5");
  EXPECT_EQ(connection.receive(8), "hello+++");
  EXPECT_EQ(connection.reply(), "(closed)");
}

TEST_F(ClientFault, WrongSize) {
  start("client_wrong_size:bytes=3");
  auto connection = client();
  EXPECT_EQ(connection.ask("GET small"), "OK 8");
  EXPECT_EQ(connection.receive(5), "hello");
  EXPECT_EQ(connection.reply(), "(closed)");
}

TEST_F(ClientFault, Refuse) {
  start("client_refuse");
  auto connection = client();
  EXPECT_EQ(connection.ask("GET small"), "ERR 404 no such file");
  EXPECT_EQ(connection.ask("PWD"), "OK /");
}

TEST_F(ClientFault, SplitHeader) {
  start("client_split_header:gap_ms=1");
  auto connection = client();
  EXPECT_EQ(connection.ask("GET small"), "OK 5");
  EXPECT_EQ(connection.receive(5), "hello");
  EXPECT_EQ(connection.ask("GET file"), "OK 100000") << "in step";
  EXPECT_EQ(connection.receive(100'000), content_);
}

TEST_F(ClientFault, Stalled) {
  start("client_stalled");
  const auto before = descriptors();
  {
    auto connection = client();
    EXPECT_EQ(connection.ask("GET small"), "OK 5");
    EXPECT_EQ(connection.receive(2), "he");
  }
  EXPECT_TRUE(comes([&] { return descriptors() == before; })) << "it lets go of a client that left";
}

}  // namespace
}  // namespace bftp::server::specimens
