#pragma once

#include <memory>
#include <string>

#include "harness/launch/session.hpp"
#include "harness/measure/probe.hpp"
#include "harness/measure/process_tree.hpp"

namespace bftp::measure {

/// A probe of one process tree. Null when there is nothing to go by: an attached server without a pid.
std::unique_ptr<Probe> make_probe(const ProbeTarget& target, std::unique_ptr<ProcFiles> files = nullptr);
std::unique_ptr<Probe> make_probe(const launch::ServerHandle& server);
/// By process id and cgroup v2 folder (may be empty) alone.
std::unique_ptr<Probe> make_probe(int pid, const std::string& cgroup_v2);

/// Our own process and the machine. Thread-safe.
std::unique_ptr<HostProbe> make_host_probe(std::unique_ptr<ProcFiles> files = nullptr);

}  // namespace bftp::measure
