#include "server_under_test/file_service.hpp"

#include <algorithm>
#include <variant>

#include "protocol/path.hpp"
#include "server_under_test/file_upload.hpp"
#include "server_under_test/sources.hpp"
#include "server_under_test/temporary_name.hpp"

namespace bftp::server {

using protocol::Refusal;
using protocol::ReplyCode;
using protocol::Request;
using protocol::Verb;
using protocol::VirtualPath;

namespace {

bool changes_files(Verb verb) {
  return verb == Verb::put || verb == Verb::del || verb == Verb::mkdir || verb == Verb::rmdir ||
         verb == Verb::move;
}

Answer ok_or_refusal(const Outcome<void>& outcome) {
  return outcome ? ok() : refusal(outcome.error());
}

Answer quit() {
  auto answer = ok();
  answer.ending = Ending::close;
  return answer;
}

Answer stream_of(OpenFile file, std::uint64_t offset, std::uint64_t size) {
  auto answer = ok(std::to_string(size));
  if (size > 0) answer.body = std::make_unique<FileSource>(std::move(file.fd), offset, size);
  return answer;
}

/// Folders could be made ever deeper, one CD at a time: then PWD would not fit into a message (1.4), and a
/// path that is longer than the kernel takes would hold thousands of descriptors on its way down.
constexpr std::size_t path_bytes_max = 60'000;
constexpr std::ptrdiff_t path_levels_max = 256;

std::variant<VirtualPath, Refusal> resolve_bounded(std::string_view folder, std::string_view argument) {
  auto path = protocol::resolve(folder, argument);
  const auto* whole = std::get_if<VirtualPath>(&path);
  const bool too_long =
      whole != nullptr && (whole->text.size() > path_bytes_max ||
                           std::count(whole->text.begin(), whole->text.end(), '/') > path_levels_max);
  if (too_long)
    return Refusal{ReplyCode::not_found, "no such file or folder: paths have at most 256 levels here"};
  return path;
}

Answer later(std::unique_ptr<Work> work) {
  if (!work) return refusal(ReplyCode::server_failed, "the server is out of memory or descriptors");
  Answer answer;
  answer.work = std::move(work);
  return answer;
}

}  // namespace

FileService::FileService(std::unique_ptr<RootFolder> root, const FileServiceOptions& options,
                         const Stop* stop)
    : root_(std::move(root)), options_(options), quota_(root_->fd(), options.quota_bytes, stop) {}

Answer FileService::answer(const Request& request, Session& session) {
  if (options_.read_only && changes_files(request.verb))
    return refusal(ReplyCode::forbidden, "this server is read-only");
  switch (request.verb) {
    case Verb::noop:
      return ok();
    case Verb::quit:
      return quit();
    case Verb::pwd:
      return ok(session.folder);
    case Verb::feat:
      return ok("FEAT SIZE HASH MKDIR RMDIR MOVE RANGE NOOP");
    default:
      break;
  }
  // LIST alone is of the current folder (4.3).
  const bool here = request.verb == Verb::list && request.path.empty();
  const auto path = resolve_bounded(session.folder, here ? "." : request.path);
  if (const auto* why = std::get_if<Refusal>(&path)) return refusal(*why);
  return answer_path(request, std::get<VirtualPath>(path), session);
}

void FileService::process_ended(pid_t child) {
  quota_.process_ended(child);
}

void FileService::tidy_up() {
  if (!options_.read_only) remove_orphans(root_->fd());
}

Answer FileService::answer_path(const Request& request, const VirtualPath& path, Session& session) {
  switch (request.verb) {
    case Verb::get:
      return get(path);
    case Verb::put:
      return put(path, request.size);
    case Verb::list:
      return list(path);
    case Verb::cd:
      return change_folder(path, session);
    case Verb::del:
      return remove(path);
    case Verb::size:
      return size(path);
    case Verb::hash:
      return hash(path);
    case Verb::mkdir:
      return ok_or_refusal(root_->make_folder(path));
    case Verb::rmdir:
      return ok_or_refusal(root_->remove_folder(path));
    case Verb::range:
      return range(path, request.offset, request.length);
    case Verb::move: {
      const auto to = resolve_bounded(session.folder, request.path_to);
      if (const auto* why = std::get_if<Refusal>(&to)) return refusal(*why);
      return move(path, std::get<VirtualPath>(to));
    }
    default:
      return refusal(ReplyCode::unknown_verb, "unknown verb");
  }
}

Answer FileService::get(const VirtualPath& path) const {
  auto file = root_->open_file(path);
  if (!file) return refusal(file.error());
  const auto size = file->size;
  return stream_of(std::move(*file), 0, size);
}

Answer FileService::range(const VirtualPath& path, std::uint64_t offset, std::uint64_t length) const {
  auto file = root_->open_file(path);
  if (!file) return refusal(file.error());
  const auto size = file->size;
  const auto from = std::min(offset, size);
  return stream_of(std::move(*file), from, std::min(length, size - from));
}

Answer FileService::size(const VirtualPath& path) const {
  const auto found = root_->look(path);
  if (!found) return refusal(found.error());
  if (found->kind == Kind::folder) return refusal(ReplyCode::wrong_kind, "that is a folder");
  if (found->kind == Kind::other) return refusal(ReplyCode::wrong_kind, "that is no regular file");
  return ok(std::to_string(found->size));
}

Answer FileService::hash(const VirtualPath& path) const {
  auto file = root_->open_file(path);
  if (!file) return refusal(file.error());
  return later(make_hash(std::move(*file)));
}

Answer FileService::list(const VirtualPath& path) {
  auto folder = root_->open_folder(path);
  if (!folder) return refusal(folder.error());
  return later(make_listing(*root_, listings_, path, std::move(*folder)));
}

Answer FileService::change_folder(const VirtualPath& path, Session& session) const {
  const auto found = root_->look(path);
  if (!found) return refusal(found.error());
  if (found->kind != Kind::folder) return refusal(ReplyCode::wrong_kind, "that is no folder");
  session.folder = path.text;
  return ok(path.text);
}

Answer FileService::put(const VirtualPath& path, std::uint64_t size) {
  auto place = root_->place_for_file(path);
  if (!place) return refusal(place.error());
  auto upload = FileUpload::begin(std::move(*place), size, quota_, options_.flush);
  if (!upload) return refusal(upload.error());
  auto answer = ok();
  answer.upload = std::move(*upload);
  return answer;
}

Answer FileService::remove(const VirtualPath& path) {
  const Quota::Step step(quota_);
  const auto removed = root_->remove_file(path);
  if (!removed) return refusal(removed.error());
  quota_.freed(step, *removed);
  return ok();
}

Answer FileService::move(const VirtualPath& from, const VirtualPath& to) {
  const Quota::Step step(quota_);
  const auto replaced = root_->move(from, to);
  if (!replaced) return refusal(replaced.error());
  quota_.moved(step, *replaced);
  return ok();
}

}  // namespace bftp::server
