#pragma once

#include "harness/record/run_record.hpp"
#include "protocol/result.hpp"

namespace bftp::drive {

/// Where records go the moment they are known, so that a run which is killed leaves what it recorded. Called
/// by the driver's thread only.
class RecordSink {
 public:
  virtual ~RecordSink() = default;
  virtual protocol::Result<void> transfer(const record::TransferRecord& record,
                                          const std::string& fixture_name) = 0;
  virtual protocol::Result<void> sample(const record::ResourceSample& sample) = 0;
  /// Everything so far must be readable by others when this returns. Errors: no_space, system.
  virtual protocol::Result<void> checkpoint(const record::RunRecord& record) = 0;
};

}  // namespace bftp::drive
