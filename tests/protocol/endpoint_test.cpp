#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "protocol/connection.hpp"

namespace bftp::protocol {
namespace {

TEST(ParseEndpoint, KnowsTheFourForms) {
  EXPECT_EQ(parse_endpoint("example.org:80").value(), (Endpoint{"example.org", 80}));
  EXPECT_EQ(parse_endpoint("[::1]:12345").value(), (Endpoint{"::1", 12345}));
  EXPECT_EQ(parse_endpoint(":7").value(), (Endpoint{"127.0.0.1", 7}));
  EXPECT_EQ(parse_endpoint("65535").value(), (Endpoint{"127.0.0.1", 65535}));
  EXPECT_EQ(parse_endpoint("0").value().port, 0);
}

TEST(ParseEndpoint, GoesThereAndBack) {
  for (const auto* text : {"127.0.0.1:12345", "[::1]:12345", "[fe80::1%eth0]:1", "host:0"}) {
    EXPECT_EQ(parse_endpoint(text).value().text(), text);
  }
}

TEST(ParseEndpoint, SaysWhatWouldBeRight) {
  for (const auto* text :
       {"", ":", "host", "host:", "host:65536", "host:-1", "host:+1", "host: 1", "host:1x", "::1:80", "[::1]",
        "[::1]80", "[]:80", "[host]:80", "[::1:80", "ho st:80", "h\nost:80", "a]:80"}) {
    const auto endpoint = parse_endpoint(text);
    ASSERT_FALSE(endpoint) << text;
    EXPECT_EQ(endpoint.error().kind, ErrorKind::invalid_input);
    EXPECT_THAT(endpoint.error().message, ::testing::HasSubstr("HOST:PORT"));
  }
  EXPECT_FALSE(parse_endpoint(std::string(256, 'h') + ":80"));
}

}  // namespace
}  // namespace bftp::protocol
