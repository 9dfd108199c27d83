#pragma once

#include <map>
#include <string>
#include <vector>

#include "fixtures/stamps.hpp"
#include "harness/record/run_record.hpp"

namespace bftp::cli {

/// Whether the files that servers serve stay as they were. Of the reference servers: a server under test has
/// the rights of the user, knows by its parents where the control's files lie, and finds the control's port.
/// It could spoil the control in the same way in which it fails itself, and what both fail in would be the
/// machine's fault. Of the server under test: one that opens a file to write where it means to read destroys
/// it, and all that comes after is a consequence.
class FixtureWatch {
 public:
  /// Looks at each fixture in each of `roots`, in which they lie by now.
  FixtureWatch(const record::RunRecord& record, const std::vector<std::string>& roots);

  /// Adds record::control_changed_warning where a file is not as it was, by what the system says of it: a
  /// change that was taken back shows as well, since nobody sets ctime back. Call it while the roots are
  /// there.
  void note_control_changes(record::RunRecord& record) const;

  /// Adds record::served_changed_warning where the content of a file is another one. What was only touched
  /// (its mode, a link more) is hashed, and is no change.
  void note_served_changes(record::RunRecord& record) const;

 private:
  struct Served {
    fixtures::FileIdentity was;
    std::size_t fixture = 0;  ///< in RunRecord::fixtures
  };
  std::map<std::string, Served> served_;  ///< by path
};

}  // namespace bftp::cli
