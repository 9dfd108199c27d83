#pragma once

#include "protocol/suggest.hpp"

namespace bftp::plan {

using protocol::edit_distance;
using protocol::hint;
using protocol::nearest;

}  // namespace bftp::plan
