#include <fmt/format.h>

#include "harness/doctor/probe.hpp"

namespace bftp::doctor {
namespace {

Finding look_at_sandbox(System& system) {
  if (const auto path = system.find_program("bwrap"))
    return {Level::good, "bubblewrap is at " + *path, {}, "", ""};
  return {Level::note,
          "bubblewrap is not installed",
          {},
          "servers run with your rights: test only what you would run",
          "apt-get install bubblewrap, and --server 'bwrap … python3 server.py --port {port} --root {root}'"};
}

}  // namespace

BFTP_REGISTER_PROBE(sandbox,
                    {"programs.bubblewrap", "a sandbox for strangers' servers", 270, &look_at_sandbox})

}  // namespace bftp::doctor
