#pragma once

#include <memory>

#include "server_under_test/long_work.hpp"
#include "server_under_test/quota.hpp"
#include "server_under_test/root_folder.hpp"
#include "server_under_test/service.hpp"

namespace bftp::server {

struct FileServiceOptions {
  bool read_only = false;         ///< refuse every change with 403
  bool flush = false;             ///< wait for the disk before the second OK of a PUT
  std::uint64_t quota_bytes = 0;  ///< for all files together; 0: no bound
};

/// The verbs of clauses 4 and 5, on the files of one folder.
class FileService final : public Service {
 public:
  /// `stop`, if given, ends the count of files for the quota.
  FileService(std::unique_ptr<RootFolder> root, const FileServiceOptions& options,
              const Stop* stop = nullptr);

  Answer answer(const protocol::Request& request, Session& session) override;
  void process_ended(pid_t child) override;
  void tidy_up() override;

 private:
  Answer get(const protocol::VirtualPath& path) const;
  Answer range(const protocol::VirtualPath& path, std::uint64_t offset, std::uint64_t length) const;
  Answer size(const protocol::VirtualPath& path) const;
  Answer hash(const protocol::VirtualPath& path) const;
  Answer list(const protocol::VirtualPath& path);
  Answer change_folder(const protocol::VirtualPath& path, Session& session) const;
  Answer put(const protocol::VirtualPath& path, std::uint64_t size);
  Answer remove(const protocol::VirtualPath& path);
  Answer move(const protocol::VirtualPath& from, const protocol::VirtualPath& to);
  Answer answer_path(const protocol::Request& request, const protocol::VirtualPath& path, Session& session);

  std::unique_ptr<RootFolder> root_;
  FileServiceOptions options_;
  Quota quota_;
  MemoryBudget listings_{listings_bytes_max};
};

}  // namespace bftp::server
