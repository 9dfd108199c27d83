#pragma once

#include <functional>
#include <memory>

#include "server_under_test/lifecycle.hpp"
#include "server_under_test/options.hpp"
#include "server_under_test/service.hpp"

namespace bftp::server {

/// Puts a fault, or something else, around the reference service. Null returns the service as it is.
using Decorate = std::function<std::unique_ptr<Service>(std::unique_ptr<Service>)>;

/// A whole server process, from the opened root to the exit status: 0 after SIGTERM, even before it listens;
/// 1 when it cannot start (the reason is on standard error). main() of bftpd is this and the command line;
/// main() of a specimen adds `decorate` and a `lifecycle`.
int run_server(const Options& options, Lifecycle& lifecycle, const Decorate& decorate = nullptr);

}  // namespace bftp::server
