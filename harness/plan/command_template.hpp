#pragma once

#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "protocol/result.hpp"

/// Commands as users write them (`python3 server.py --port {port}`): split as a shell would split them, run
/// without one. All errors are invalid_input and say what would be right.
namespace bftp::plan {

/// What a server's command may hold.
std::span<const std::string> server_placeholders();  ///< host, port, root
/// What a client's command may hold.
std::span<const std::string> client_placeholders();  ///< host, port, remote, local, op

/// Splits by the quoting rules of POSIX, XCU 2.2: blanks part words; '…' is literal; in "…" a backslash
/// quotes only $ ` " \ and line ends; elsewhere a backslash quotes anything. What a shell would act on and we
/// do not (| ; & < > as a word, $NAME, `…`, ~/, NAME=value before the command) is refused rather than passed
/// on in silence. Never empty.
protocol::Result<std::vector<std::string>> split_command(std::string_view text);

/// split_command(), and every {placeholder} in it is one of `allowed`. `{{` and `}}` stand for single braces
/// and are still in the result, which is for substitute().
protocol::Result<std::vector<std::string>> parse_command(std::string_view text,
                                                         std::span<const std::string> allowed);

/// Fills in {placeholders} and resolves {{ and }}. `argv_template` comes from parse_command(); each
/// placeholder in it must have a value. Values are put in as they are: nothing in them is split or expanded
/// again.
std::vector<std::string> substitute(const std::vector<std::string>& argv_template,
                                    const std::map<std::string, std::string, std::less<>>& values);

/// The words as one line that a shell splits into the same words, for `command to see it again`.
std::string quote_command(const std::vector<std::string>& argv);

}  // namespace bftp::plan
