#pragma once

#include <string>

#include "harness/record/transfer_record.hpp"

namespace bftp::record {

/// One GET by the client under test from a reference server that misbehaves in a known way.
struct ClientTrial {
  std::string behaviour;    ///< "short"; docs/clients.md lists them
  std::string not_tried;    ///< why it could not be tried; empty: it was
  TransferRecord transfer;  ///< when it was tried
};

}  // namespace bftp::record
