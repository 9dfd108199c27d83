#pragma once

#include "harness/doctor/system.hpp"

namespace bftp::doctor {

/// Tries the feature, in a child process where trying it would change us. Leaves nothing behind.
bool kernel_offers(Feature feature);

}  // namespace bftp::doctor
