#pragma once

#include <string>

#include "harness/torture/case_context.hpp"

namespace bftp::cli {

/// Makes the file in `folder` anew. What a server left under its name goes first, and is not followed: a FIFO
/// would hold us for ever, a link would have us write into somebody else's file. False: it could not be made.
bool place_file(const std::string& folder, const torture::KnownFile& file);

/// Eight random digits a word.
std::string random_hex(int words);

}  // namespace bftp::cli
