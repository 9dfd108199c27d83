#pragma once

namespace bftp::cli {

/// Gives /dev/null to those of the descriptors 0 to 2 that we were started without. Otherwise the next files
/// that we open get these numbers, and what is meant for people goes into them.
void open_missing_streams();

}  // namespace bftp::cli
