#include "harness/drive/run_folder.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <filesystem>

#include <boost/json/serialize.hpp>

#include "harness/record/csv.hpp"
#include "harness/record/run_record_json.hpp"
#include "protocol/files.hpp"

namespace bftp::drive {
namespace {

using protocol::Error;
using protocol::ErrorKind;
using protocol::Result;
using protocol::system_error;

constexpr const char* transfers_name = "transfers.csv";
constexpr const char* resources_name = "resources.csv";
constexpr const char* resources_more_name = "resources_more.csv";

Result<void> make_folder(const std::string& path) {
  std::error_code error;
  std::filesystem::create_directories(path, error);
  if (error) return system_error(error.value(), fmt::format("cannot make the folder {}", path));
  return {};
}

/// The folder itself carries the lock, so that no file more lies in it. Not inherited by what is started.
protocol::UniqueFd open_folder(const std::string& path) {
  return protocol::UniqueFd(::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
}

/// Replaces the link in one step, so that two runs at once leave one of the two and never none.
void point_latest_at(const std::string& reports, const std::string& folder_name) {
  const std::string temporary = fmt::format("{}/.latest.{}", reports, ::getpid());
  std::error_code ignored;
  std::filesystem::remove(temporary, ignored);
  if (::symlink(folder_name.c_str(), temporary.c_str()) != 0) return;
  if (::rename(temporary.c_str(), (reports + "/latest").c_str()) != 0) ::unlink(temporary.c_str());
}

}  // namespace

Result<std::unique_ptr<RunFolder>> RunFolder::create(const std::string& reports,
                                                     const std::string& utc_compact,
                                                     const std::string& name) {
  if (auto made = make_folder(reports); !made) return made.error();
  constexpr int attempts = 1000;
  for (int attempt = 1; attempt <= attempts; ++attempt) {
    const std::string folder_name = attempt == 1 ? fmt::format("{}-{}", utc_compact, name)
                                                 : fmt::format("{}-{}-{}", utc_compact, name, attempt);
    const std::string path = reports + "/" + folder_name;
    if (::mkdir(path.c_str(), 0777) != 0) {
      if (errno == EEXIST) continue;
      return system_error(fmt::format("cannot make the folder {}", path));
    }
    std::unique_ptr<RunFolder> folder(new RunFolder(path));
    folder->lock_ = open_folder(path);
    ::flock(folder->lock_.get(), LOCK_EX | LOCK_NB);  // where there are no locks the run goes on without
    if (auto made = make_folder(path + "/evidence"); !made) return made.error();
    if (auto opened = folder->open_csv(folder->transfers_, transfers_name, record::transfers_csv_header());
        !opened)
      return opened.error();
    if (auto opened = folder->open_csv(folder->resources_, resources_name, record::resources_csv_header());
        !opened)
      return opened.error();
    if (auto opened = folder->open_csv(folder->resources_more_, resources_more_name,
                                       record::resources_more_csv_header());
        !opened)
      return opened.error();
    point_latest_at(reports, folder_name);
    return folder;
  }
  return Error{ErrorKind::system, fmt::format("{} holds a thousand runs of this second already", reports)};
}

RunFolder::~RunFolder() = default;

Result<void> RunFolder::open_csv(File& file, const char* name, const std::string& header) {
  const std::string path = fmt::format("{}/{}.partial", path_, name);
  file.reset(std::fopen(path.c_str(), "we"));
  if (!file) return system_error(fmt::format("cannot write {}", path));
  return append(file, name, header);
}

Result<void> RunFolder::append(File& file, const char* name, const std::string& row) {
  if (file && std::fwrite(row.data(), 1, row.size(), file.get()) == row.size()) return {};
  broken_ = true;
  return system_error(fmt::format("cannot write {}/{}.partial", path_, name));
}

Result<void> RunFolder::flush(File& file, const char* name) {
  if (!file || std::fflush(file.get()) == 0) return {};
  broken_ = true;
  return system_error(fmt::format("cannot write {}/{}.partial", path_, name));
}

Result<void> RunFolder::transfer(const record::TransferRecord& record, const std::string& fixture_name) {
  return append(transfers_, transfers_name, record::to_csv_row(record, fixture_name));
}

Result<void> RunFolder::sample(const record::ResourceSample& sample) {
  if (auto appended = append(resources_, resources_name, record::to_csv_row(sample)); !appended)
    return appended;
  return append(resources_more_, resources_more_name, record::to_more_csv_row(sample));
}

Result<void> RunFolder::checkpoint(const record::RunRecord& record) {
  if (auto flushed = flush(transfers_, transfers_name); !flushed) return flushed;
  if (auto flushed = flush(resources_, resources_name); !flushed) return flushed;
  if (auto flushed = flush(resources_more_, resources_more_name); !flushed) return flushed;
  return protocol::write_whole(file("run.json"), boost::json::serialize(record::to_json(record)) + "\n");
}

Result<void> RunFolder::close_csv(File& file, const char* name) {
  if (!file) return {};
  const std::string path = path_ + "/" + name;
  if (std::fclose(file.release()) != 0 || ::rename((path + ".partial").c_str(), path.c_str()) != 0)
    return system_error(fmt::format("cannot write {}", path));
  return {};
}

Result<void> RunFolder::finish() {
  if (broken_) return {};  // who failed to write has said so; the name tells that rows are missing
  auto transfers = close_csv(transfers_, transfers_name);
  auto resources = close_csv(resources_, resources_name);
  auto more = close_csv(resources_more_, resources_more_name);
  if (!transfers) return transfers;
  return resources ? more : resources;
}

bool is_being_written(const std::string& folder_or_file) {
  const protocol::UniqueFd folder = open_folder(folder_of_run(folder_or_file));
  return folder && ::flock(folder.get(), LOCK_SH | LOCK_NB) != 0 && errno == EWOULDBLOCK;
}

}  // namespace bftp::drive
