#include "harness/torture/speech.hpp"

#include "protocol/command_words.hpp"
#include "tests/fuzz/check.hpp"
#include "tests/fuzz/targets.hpp"

namespace bftp::fuzz {

/// First byte: the dialect. The rest is what a server under test said.
void fuzz_speech(std::string_view input) {
  if (input.empty()) return;
  const auto& speeches = torture::all_speeches();
  const auto& speech = *speeches[static_cast<unsigned char>(input.front()) % speeches.size()];
  input.remove_prefix(1);
  using Kind = torture::Heard::Kind;
  for (const bool ended : {false, true}) {
    const auto heard = speech.hear(input, ended);
    BFTP_FUZZ_CHECK(!ended || heard.kind != Kind::incomplete);
    BFTP_FUZZ_CHECK(heard.bytes <= input.size());
    BFTP_FUZZ_CHECK(heard.kind != Kind::closed || (ended && input.empty()));
    BFTP_FUZZ_CHECK(heard.kind != Kind::nonsense || !heard.text.empty());
    BFTP_FUZZ_CHECK(heard.content.empty() ||
                    (heard.content.data() >= input.data() &&
                     heard.content.data() + heard.content.size() <= input.data() + input.size()));
    BFTP_FUZZ_CHECK(heard.file().size() <= input.size());
  }
}

void fuzz_command_pieces(std::string_view input) {
  std::size_t length = 0;
  std::string_view rest = input;
  while (!rest.empty()) {
    const std::size_t before = rest.size();
    const auto piece = protocol::take_piece(rest);
    BFTP_FUZZ_CHECK(rest.size() < before);
    BFTP_FUZZ_CHECK(piece.content.size() <= before);
    length += piece.content.size();
  }
  BFTP_FUZZ_CHECK(length <= input.size());
  // What no value is known for keeps its name, so a second filling finds it again.
  const auto filled = protocol::substitute(input, {});
  BFTP_FUZZ_CHECK(filled.size() <= input.size());
  // A value is put in as it is, braces and all.
  const auto once = protocol::substitute("a{x}b", {{"x", std::string(input)}});
  BFTP_FUZZ_CHECK(once == "a" + std::string(input) + "b");
}

}  // namespace bftp::fuzz
