#include "server_under_test/file_upload.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include <cerrno>
#include <functional>
#include <utility>

#include "server_under_test/temporary_name.hpp"

namespace bftp::server {

using protocol::Refusal;
using protocol::ReplyCode;
using protocol::UniqueFd;

namespace {

/// Waiting for the disk is nothing for a thread that serves others too: the first step passes at once.
class FlushStep final : public Work {
 public:
  explicit FlushStep(std::function<Answer()> finish) : finish_(std::move(finish)) {}

  std::optional<Answer> step() override {
    if (std::exchange(first_, false)) return std::nullopt;
    return finish_();
  }

 private:
  std::function<Answer()> finish_;
  bool first_ = true;
};

Refusal out_of_space() {
  return {ReplyCode::out_of_space, "out of space"};
}

}  // namespace

Outcome<TemporaryFile> TemporaryFile::create(Place place) {
  constexpr int tries_max = 100;
  constexpr int flags = O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC;
  // Our own bits in any case: remove_orphans() has to open it.
  const mode_t mode = (place.permissions & DEFFILEMODE) | S_IRUSR | S_IWUSR;
  for (int tries = 0; tries < tries_max; ++tries) {
    auto name = next_temporary_name();
    UniqueFd fd(::openat(place.folder.get(), name.c_str(), flags, mode));
    // A server in another container may have our process number, and serve the same folder.
    if (!fd && errno == EEXIST) continue;
    if (!fd) return refusal_for(errno);
    const auto made = claim(fd.get());
    if (made) return TemporaryFile(std::move(place), std::move(name), std::move(fd), *made);
  }
  return Refusal{ReplyCode::server_failed, "the server found no name for a temporary file"};
}

TemporaryFile::TemporaryFile(TemporaryFile&& other) noexcept
    : place_(std::move(other.place_)),
      temporary_name_(std::exchange(other.temporary_name_, {})),
      fd_(std::move(other.fd_)),
      made_(other.made_) {}

TemporaryFile::~TemporaryFile() {
  if (!temporary_name_.empty()) ::unlinkat(place_.folder.get(), temporary_name_.c_str(), 0);
}

std::optional<std::uint64_t> TemporaryFile::room_bytes() const {
  struct statvfs about {};
  if (::fstatvfs(fd_.get(), &about) != 0 || about.f_blocks == 0) return std::nullopt;
  const auto blocks = ::geteuid() == 0 ? about.f_bfree : about.f_bavail;
  return static_cast<std::uint64_t>(blocks) * about.f_frsize;
}

Outcome<void> TemporaryFile::flush() const {
  if (::fdatasync(fd_.get()) != 0) return refusal_for(errno);
  return {};
}

Outcome<std::uint64_t> TemporaryFile::put_in_place() {
  const int folder = place_.folder.get();
  struct stat old {};
  const bool replaces =
      ::fstatat(folder, place_.name.c_str(), &old, AT_SYMLINK_NOFOLLOW) == 0 && S_ISREG(old.st_mode);
  if (replaces) take_over(old);
  if (::renameat(folder, temporary_name_.c_str(), folder, place_.name.c_str()) != 0)
    return refusal_for(errno);
  temporary_name_.clear();
  return replaces ? static_cast<std::uint64_t>(old.st_size) : 0;
}

/// Not setuid and the like: the content is another's now. A file system that knows no permissions, or a
/// mapped root, refuses; then the file stays as it was made, and that opened it to nobody new.
void TemporaryFile::take_over(const struct stat& old) const {
  const bool other_owner = old.st_uid != made_.st_uid || old.st_gid != made_.st_gid;
  if (other_owner && ::geteuid() == 0) static_cast<void>(::fchown(fd_.get(), old.st_uid, old.st_gid));
  const mode_t mode = old.st_mode & ACCESSPERMS;
  if (mode != (made_.st_mode & ACCESSPERMS)) static_cast<void>(::fchmod(fd_.get(), mode));
}

Outcome<void> TemporaryFile::flush_folder() const {
  // The folder was opened with O_PATH, and such a descriptor cannot be flushed.
  const UniqueFd readable(::openat(place_.folder.get(), ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (readable && ::fsync(readable.get()) != 0) return refusal_for(errno);
  return {};
}

Outcome<std::unique_ptr<Upload>> FileUpload::begin(Place place, std::uint64_t size, Quota& quota,
                                                   bool flush) {
  auto file = TemporaryFile::create(std::move(place));
  if (!file) return file.error();
  if (const auto room = file->room_bytes(); room && size > *room) return out_of_space();
  if (!quota.promise(size)) return Refusal{ReplyCode::out_of_space, "the quota has no room for that"};
  return std::unique_ptr<Upload>(new FileUpload(std::move(*file), size, quota, flush));
}

FileUpload::~FileUpload() {
  if (!kept_) quota_->broken(size_);
}

void FileUpload::write(std::span<const std::byte> bytes) {
  while (!failure_ && !bytes.empty()) {
    const ssize_t written = ::write(file_.fd(), bytes.data(), bytes.size());
    if (written >= 0) {
      bytes = bytes.subspan(static_cast<std::size_t>(written));
    } else if (errno != EINTR) {
      failure_ = refusal_for(errno);
    }
  }
}

Answer FileUpload::finish() {
  if (failure_) return refusal(*failure_);
  if (!flush_) return put_in_place();
  Answer later;
  later.work = std::make_unique<FlushStep>([this] {
    if (const auto flushed = file_.flush(); !flushed) return refusal(flushed.error());
    return put_in_place();
  });
  return later;
}

Answer FileUpload::put_in_place() {
  {
    const Quota::Step step(*quota_);
    const auto replaced_bytes = file_.put_in_place();
    if (!replaced_bytes) return refusal(replaced_bytes.error());
    quota_->kept(step, size_, *replaced_bytes);
    kept_ = true;
  }
  if (!flush_) return ok(std::to_string(size_));
  const auto flushed = file_.flush_folder();
  return flushed ? ok(std::to_string(size_)) : refusal(flushed.error());
}

}  // namespace bftp::server
