#include <algorithm>

#include "client_under_test/worker/chunks.hpp"
#include "client_under_test/worker/dialect.hpp"
#include "client_under_test/worker/ftp_reply.hpp"
#include "client_under_test/worker/guess.hpp"
#include "protocol/dialects.hpp"
#include "tests/fuzz/check.hpp"
#include "tests/fuzz/targets.hpp"

namespace bftp::fuzz {

using namespace client::worker;

/// A server's answer, in every dialect that has one: what is decided on some bytes stays so when more come,
/// and an answer is never longer than what came.
void fuzz_answer(std::string_view input) {
  for (const auto& name : dialect_names()) {
    if (name == "ftp") continue;  // has an exchange of its own: fuzz_ftp_reply
    const Dialect& dialect = *find_dialect(name);
    const Answer whole = dialect.answer_to_get(input, false);
    BFTP_FUZZ_CHECK(whole.bytes <= input.size());
    BFTP_FUZZ_CHECK(whole.text.empty() ==
                    (whole.kind == Answer::Kind::ok || whole.kind == Answer::Kind::incomplete));
    BFTP_FUZZ_CHECK(!(whole.chunked && whole.size));
    for (std::size_t size = 0; size < std::min<std::size_t>(input.size(), 64); ++size) {
      const Answer part = dialect.answer_to_get(input.substr(0, size), false);
      if (part.kind != Answer::Kind::ok) continue;
      BFTP_FUZZ_CHECK(whole.kind == Answer::Kind::ok && whole.bytes == part.bytes && whole.size == part.size);
      break;
    }
  }
  const auto guess = guess_dialect(input);
  BFTP_FUZZ_CHECK(guess.empty() || protocol::find_dialect_facts(guess) != nullptr);
}

/// Chunks in one piece and in two: the same content, the same end.
void fuzz_chunks(std::string_view input) {
  const auto decode = [](ChunkDecoder& decoder, std::string_view coded) {
    std::string bytes(coded);
    bytes.resize(decoder.decode(std::as_writable_bytes(std::span(bytes))));
    return bytes;
  };
  ChunkDecoder one;
  const std::string content = decode(one, input);
  BFTP_FUZZ_CHECK(content.size() <= input.size());
  BFTP_FUZZ_CHECK(!one.ended() || one.complaint().empty());
  const std::size_t cut = input.empty() ? 0 : static_cast<unsigned char>(input.back()) % input.size();
  ChunkDecoder two;
  std::string pieces = decode(two, input.substr(0, cut));
  pieces += decode(two, input.substr(cut));
  BFTP_FUZZ_CHECK(pieces == content);
  BFTP_FUZZ_CHECK(one.ended() == two.ended() && one.complaint() == two.complaint());
  BFTP_FUZZ_CHECK(one.bytes_behind() == two.bytes_behind());
}

/// Replies of FTP, and the addresses in them.
void fuzz_ftp_reply(std::string_view input) {
  const FtpReply reply = parse_ftp_reply(input);
  if (reply.kind == FtpReply::Kind::reply) {
    BFTP_FUZZ_CHECK(reply.code >= 100 && reply.code < 600);
    BFTP_FUZZ_CHECK(reply.bytes > reply.line.size() && reply.bytes <= input.size());
    const FtpReply again = parse_ftp_reply(input.substr(0, reply.bytes));
    BFTP_FUZZ_CHECK(again.kind == reply.kind && again.code == reply.code);
  }
  if (const auto pasv = parse_pasv(input)) BFTP_FUZZ_CHECK(pasv->port != 0);
  if (const auto epsv = parse_epsv(input)) BFTP_FUZZ_CHECK(*epsv != 0);
}

}  // namespace bftp::fuzz
