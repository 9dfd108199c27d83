#pragma once

#include "harness/cli/streams.hpp"
#include "harness/report/terminal.hpp"

namespace bftp::cli {

/// Width, colours and symbols of where results go, by terminal, locale and NO_COLOR.
report::TerminalStyle style_for(const Streams& streams);

}  // namespace bftp::cli
