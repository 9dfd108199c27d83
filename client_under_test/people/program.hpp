#pragma once

#include <string>
#include <vector>

namespace bftp::client::people {

/// The program bftp. `arguments` without the program's name. Returns its exit status.
int run_bftp(std::vector<std::string> arguments);

}  // namespace bftp::client::people
