#include "client_under_test/worker/message_answer.hpp"

#include <algorithm>

#include "client_under_test/worker/guess.hpp"
#include "client_under_test/worker/printable.hpp"
#include "protocol/conversation.hpp"

namespace bftp::client::worker {

namespace {

bool is_hex_digit(char c) {
  return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
}

}  // namespace

MessageAnswer message_answer(std::string_view received, std::string_view spoken) {
  const std::string_view header = received.substr(0, protocol::header_size);
  if (!std::all_of(header.begin(), header.end(), is_hex_digit)) {
    return {Answer::malform("the reply begins with " + quoted(received) +
                            " where a header of eight hexadecimal digits is due (clause 1.2)" +
                            hint_of_dialect(received, spoken)),
            {}};
  }
  if (header.size() < protocol::header_size) return {};
  const auto size = protocol::decode_header(header);
  if (!size) {
    return {Answer::malform("the reply's header " + quoted(header) +
                            " announces more than 65536 bytes (clause 1.4)"),
            {}};
  }
  if (received.size() - protocol::header_size < *size) return {};
  return {Answer::accept(protocol::header_size + *size, {}, true),
          received.substr(protocol::header_size, *size)};
}

}  // namespace bftp::client::worker
