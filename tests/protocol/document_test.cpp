// The conversation at the end of docs/protocol.md is what people copy from: its headers and requests are
// right.

#include <gtest/gtest.h>

#include <fstream>
#include <string>

#include "protocol/conversation.hpp"
#include "protocol/request.hpp"

namespace bftp::protocol {
namespace {

TEST(ProtocolDocument, ShowsMessagesAsTheyAre) {
  std::ifstream document(BFTP_SOURCE_DIR "/docs/protocol.md");
  ASSERT_TRUE(document.is_open());
  int messages = 0;
  for (std::string line; std::getline(document, line);) {
    const bool from_client = line.starts_with("    C  0");
    if (!from_client && !line.starts_with("    S  0")) continue;
    std::string message = line.substr(7);
    message.erase(std::min(message.find("   "), message.size()));  // a remark follows
    const auto size = decode_header(message.substr(0, header_size));
    const auto payload = message.substr(header_size);
    ASSERT_TRUE(size) << line;
    EXPECT_EQ(*size, payload.size()) << line;
    EXPECT_TRUE(from_client ? std::holds_alternative<Request>(parse_request(payload))
                            : parse_reply(payload).has_value())
        << line;
    ++messages;
  }
  EXPECT_GE(messages, 10);
}

TEST(ProtocolDocument, HasEveryClause) {
  std::ifstream document(BFTP_SOURCE_DIR "/docs/protocol.md");
  const std::string text((std::istreambuf_iterator<char>(document)), {});
  const int clauses_of_section[] = {6, 6, 3, 15, 7, 4, 8};
  for (int section = 1; section <= 7; ++section) {
    for (int clause = 1; clause <= clauses_of_section[section - 1]; ++clause) {
      const auto name = "**" + std::to_string(section) + "." + std::to_string(clause) + "**";
      EXPECT_NE(text.find(name), text.npos) << name;
    }
  }
}

}  // namespace
}  // namespace bftp::protocol
