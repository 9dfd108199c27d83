// Whatever a peer sends, and wherever the border between two reads lies, each technique takes the same bytes,
// ends the same way, and loses nothing. The first byte chooses the technique, the second and third the
// border.

#include <sys/socket.h>

#include <array>
#include <string>
#include <vector>

#include "protocol/conversation.hpp"
#include "tests/fuzz/check.hpp"
#include "tests/fuzz/targets.hpp"

namespace bftp::fuzz {

namespace {

using namespace protocol;

constexpr std::size_t bytes_max = 60'000;  // fits into a socket's buffer: nobody reads while we write
constexpr std::size_t calls_max = 64;

Deadline soon() {
  return Deadline::after(std::chrono::seconds(20));
}

/// A connection that will hand out `front` in one read, the rest of `bytes` in others, and then the end.
Connection peer_that_sends(std::string_view bytes, std::size_t front) {
  std::array<int, 2> fds{};
  BFTP_FUZZ_CHECK(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, fds.data()) == 0);
  Connection ours{UniqueFd(fds[0])};
  Connection theirs{UniqueFd(fds[1])};
  ours.push_back(bytes.substr(0, front));
  BFTP_FUZZ_CHECK(send_all(theirs, bytes.substr(front), soon()).has_value());
  return ours;
}

Result<std::string> one_call(Connection& from, unsigned technique) {
  switch (technique % 6) {
    case 0:
      return receive_message(from, soon());
    case 1:
      return receive_until(from, "\r\n", 40, soon());
    case 2:
      return receive_until(from, std::string_view("\0", 1), 255, soon());
    case 3:
      return receive_exactly(from, 7, soon());
    case 4:
      return receive_message(from, soon(), 16);
    default:
      return receive_to_close(from, 1000, soon());
  }
}

/// What each call gave, in order, until one failed.
std::vector<std::string> outcomes(std::string_view bytes, std::size_t front, unsigned technique) {
  Connection from = peer_that_sends(bytes, front);
  std::vector<std::string> all;
  while (all.size() < calls_max) {
    auto outcome = one_call(from, technique);
    if (!outcome) {
      BFTP_FUZZ_CHECK(outcome.error().kind != ErrorKind::deadline);
      BFTP_FUZZ_CHECK(outcome.error().kind != ErrorKind::system);
      all.push_back(std::string("error: ") + to_string(outcome.error().kind));
      break;
    }
    all.push_back("took: " + *outcome);
    if (outcome->empty() && technique % 6 == 5) break;  // the close was reached
  }
  return all;
}

}  // namespace

void fuzz_conversation(std::string_view input) {
  if (input.size() < 3) return;
  const auto byte_at = [input](std::size_t at) {
    return static_cast<unsigned char>(input[at]);
  };
  const unsigned technique = byte_at(0);
  const auto bytes = input.substr(3, bytes_max);
  const std::size_t border = (byte_at(1) * 256U + byte_at(2)) % (bytes.size() + 1);
  BFTP_FUZZ_CHECK(outcomes(bytes, border, technique) == outcomes(bytes, 0, technique));
}

}  // namespace bftp::fuzz
