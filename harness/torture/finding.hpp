#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "harness/record/case_outcome.hpp"
#include "harness/torture/case_context.hpp"

namespace bftp::torture {

/// What a case found, in words. The runner adds the rest of the outcome.
struct Finding {
  record::CaseResult result = record::CaseResult::unknown;
  std::string done;
  std::string expected;
  std::string happened;
  std::string cause;
};

/// What a server did about one request.
enum class Reaction : std::uint8_t {
  served,         ///< the file came, whole and identical
  other_content,  ///< bytes came as a file that are not the file
  not_found,      ///< refused as missing, in the dialect's own words
  refused,        ///< refused otherwise
  closed,         ///< closed without a byte
  reset,          ///< ended by RST
  silent,         ///< sent nothing, or not all, and kept the connection
  nonsense,       ///< sent what the dialect does not know
  endless,        ///< sent more than any answer has; we stopped reading
  no_connection,
};

/// Of what came in place of `content`, in words: how much of its front is right, or else how it begins.
std::string first_difference(std::string_view came, std::string_view content);

Reaction reaction_of(const Talk& talk, std::string_view content);
/// One sentence, without full stop: "the server closed without sending a byte".
std::string in_words(Reaction reaction, const Talk& talk);

/// The file has to come.
Finding expect_file(const Talk& talk, const KnownFile& file);
/// The request names nothing that the server has: an orderly no is due. RST in place of FIN, another code
/// than that for a missing file, and a close where the dialect has words for no, are tolerated.
Finding expect_refusal(const Talk& talk, const CaseContext& context);
/// In bftp, where a clause gives the code of a refusal: `code` and no other. ERR 503 is an answer to
/// anything, and a connection that ends without a byte is tolerated as above.
Finding expect_code(const Talk& talk, std::uint16_t code);
/// No clause says whether this is a name: the file or an orderly no, and nothing else.
Finding expect_file_or_refusal(const Talk& talk, const KnownFile& file);

}  // namespace bftp::torture
