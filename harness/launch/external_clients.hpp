#pragma once

#include <vector>

#include "harness/launch/launcher.hpp"
#include "protocol/external_client.hpp"

namespace bftp::launch {

/// The external client of a plan, ready for a worker's job, and behind it our own client for people to
/// compare it with, if that speaks the plan's dialect; none if the plan has none. Errors: as
/// find_executable(), since a command that does not exist is told before anything runs.
///
/// A client works in a folder of its own, not in the user's: words of its command that name a file of the
/// user's folder become whole paths, see absolute_words().
protocol::Result<std::vector<protocol::ExternalClient>> external_clients(const plan::Plan& plan,
                                                                         const LaunchOptions& options);

/// Words after the first that name something in `folder`, and show by a dot or a slash that they mean to, as
/// whole paths: "client.py", "./build", but neither "get" nor "-v".
std::vector<std::string> absolute_words(std::vector<std::string> argv, const std::string& folder);

}  // namespace bftp::launch
