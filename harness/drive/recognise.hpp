#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "fixtures/fixture.hpp"
#include "protocol/worker_channel.hpp"

namespace bftp::drive {

/// Fetches one file in a dialect, from a server that is started for it and measured by nobody, within a few
/// seconds. None: it could not be tried.
using TryDialect = std::function<std::optional<protocol::WorkerRecord>(std::string_view dialect)>;

/// The dialect that a server speaks in place of the one that the user told; none when it speaks that one, or
/// when nothing can be said. A server that is merely broken is never taken for one of another dialect: it
/// would have to serve the whole file in that dialect, or to answer by an HTTP status or an FTP reply.
std::optional<std::string> recognise_dialect(std::string_view told, const TryDialect& attempt);

/// The fixture to try with: small, with a name that gives nobody trouble, and long enough not to be hit by
/// accident. Null if there is none.
const fixtures::Fixture* fixture_for_trial(const std::vector<fixtures::Fixture>& fixtures);

}  // namespace bftp::drive
