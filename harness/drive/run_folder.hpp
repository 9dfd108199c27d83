#pragma once

#include <cstdio>
#include <memory>
#include <string>
#include <string_view>

#include "harness/drive/record_sink.hpp"
#include "protocol/result.hpp"
#include "protocol/unique_fd.hpp"

namespace bftp::drive {

/// The folder that a run leaves, while it is written. transfers.csv, resources.csv and resources_more.csv
/// grow under the name `<name>.partial` and are renamed by finish(); run.json is replaced whole at every
/// checkpoint. So a run that is killed leaves a run.json in state "running" and every row up to its last
/// checkpoint.
class RunFolder final : public RecordSink {
 public:
  /// Makes `<reports>/<utc>-<name>` (with `-2`, `-3` … when it exists) and points `<reports>/latest` at it.
  /// Errors: no_permission, no_space, system.
  static protocol::Result<std::unique_ptr<RunFolder>> create(const std::string& reports,
                                                             const std::string& utc_compact,
                                                             const std::string& name);
  ~RunFolder() override;

  const std::string& path() const { return path_; }
  std::string file(std::string_view name) const { return path_ + "/" + std::string(name); }

  protocol::Result<void> transfer(const record::TransferRecord& record,
                                  const std::string& fixture_name) override;
  protocol::Result<void> sample(const record::ResourceSample& sample) override;
  protocol::Result<void> checkpoint(const record::RunRecord& record) override;
  /// Gives the CSV files their names, unless a row could not be written: then they stay partial. Errors:
  /// no_space, system.
  protocol::Result<void> finish();

 private:
  struct FileCloser {
    void operator()(std::FILE* file) const { std::fclose(file); }
  };
  using File = std::unique_ptr<std::FILE, FileCloser>;

  explicit RunFolder(std::string path) : path_(std::move(path)) {}
  protocol::Result<void> open_csv(File& file, const char* name, const std::string& header);
  protocol::Result<void> append(File& file, const char* name, const std::string& row);
  protocol::Result<void> flush(File& file, const char* name);
  protocol::Result<void> close_csv(File& file, const char* name);

  std::string path_;
  protocol::UniqueFd lock_;  ///< on the folder itself, while it is written
  File transfers_;
  File resources_;
  File resources_more_;
  bool broken_ = false;  ///< a row could not be written
};

/// The folder, given it or the run.json in it.
std::string folder_of_run(const std::string& folder_or_file);

/// Whether a run that goes on writes this folder (or the folder of this run.json). A run that was killed does
/// not: its lock went with it.
bool is_being_written(const std::string& folder);

/// Reads a run back, all that judging reads of it: `folder` is a run's folder or its run.json. Rows of a run
/// that was killed are read from the `.partial` files; a last row that was cut short is left out, and what
/// resources_more.csv lacks (runs of earlier versions have none) is nullopt. Errors: not_found, malformed
/// (file and line; or a file with another number of rows than run.json tells of).
protocol::Result<record::RunRecord> read_run(const std::string& folder);

}  // namespace bftp::drive
