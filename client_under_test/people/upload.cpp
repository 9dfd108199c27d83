#include "client_under_test/people/upload.hpp"

#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <sys/stat.h>

#include <algorithm>
#include <filesystem>

#include "client_under_test/people/patience.hpp"
#include "client_under_test/people/progress.hpp"

namespace bftp::client::people {

using protocol::ErrorKind;
using protocol::Request;
using protocol::Verb;

namespace {

constexpr std::uint64_t upload_piece_bytes = 64 << 10;  // between two looks at the clock

/// The kernel would take megabytes at once, whatever the link: what it has taken, and has not sent, tells
/// nobody how far the upload is. So it takes little more than it can send. Without effect where it has no
/// such limit.
void keep_little_unsent(int socket) {
  constexpr int unsent_bytes = 128 << 10;
  (void)::setsockopt(socket, IPPROTO_TCP, TCP_NOTSENT_LOWAT, &unsent_bytes, sizeof unsent_bytes);
}

/// A server that gives up in the middle of a stream may have said why before it closed (clause 4.12).
Failure send_failure(Remote& remote, const protocol::Error& error) {
  if (error.kind == ErrorKind::reset) {
    const auto last_words = remote.next_reply();
    if (!last_words && last_words.error().cause == Cause::refused) {
      remote.close();
      return last_words.error();
    }
  }
  auto failure = remote.broken(error);
  if (error.kind != ErrorKind::reset && error.kind != ErrorKind::deadline) failure.cause = Cause::local;
  return failure;
}

Outcome<void> send(Remote& remote, int file, std::uint64_t size, Progress& progress) {
  for (std::uint64_t at = 0; at < size;) {
    const auto piece = std::min(size - at, upload_piece_bytes);
    const auto sent = protocol::send_from_file(remote.connection(), file, at, piece, remote.waits().idle);
    if (!sent) return send_failure(remote, sent.error());
    progress.advance(piece);
    at += piece;
  }
  return {};
}

struct Source {
  protocol::UniqueFd file;
  std::uint64_t size = 0;
};

Outcome<Source> open_source(const std::string& path) {
  // O_NONBLOCK: a FIFO without a writer would hold us up before we can see that it is no file.
  Source source{protocol::UniqueFd(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK)), 0};
  if (!source.file) return local_failure("cannot open " + path);
  struct stat status {};
  if (::fstat(source.file.get(), &status) != 0) return local_failure("cannot look at " + path);
  if (S_ISDIR(status.st_mode)) return Failure{Cause::local, path + " is a folder: put -r stores folders"};
  if (!S_ISREG(status.st_mode)) return Failure{Cause::local, path + " is no regular file"};
  source.size = static_cast<std::uint64_t>(status.st_size);
  return source;
}

bool is_wrong_kind(const Failure& failure) {
  return failure.code == static_cast<int>(protocol::ReplyCode::wrong_kind);
}

/// Returns the path that the server takes the stream for.
Outcome<std::string> announce(Remote& remote, std::uint64_t size, const std::string& path,
                              const std::string& name_in_folder) {
  Request request;
  request.verb = Verb::put;
  request.path = path;
  request.size = size;
  const auto accepted = remote.ask(request);
  if (accepted) return path;
  if (name_in_folder.empty() || !is_wrong_kind(accepted.error())) return accepted.error();
  request.path += (path.ends_with('/') ? "" : "/") + name_in_folder;
  const auto in_folder = remote.ask(request);
  if (in_folder) return std::move(request.path);
  // It is no folder either: then the first refusal is the one to tell.
  const bool is_folder = in_folder.error().code != static_cast<int>(protocol::ReplyCode::not_found);
  return is_folder ? in_folder.error() : accepted.error();
}

Outcome<void> make_folder(Session& session, const std::string& path) {
  const auto remote = session.connected();
  if (!remote) return remote.error();
  const auto made = (*remote)->ask(Verb::mkdir, path);
  const bool is_there = !made && is_wrong_kind(made.error());
  if (!made && !is_there) return made.error();
  return {};
}

}  // namespace

Outcome<void> upload(Session& session, const std::string& local_path, const std::string& remote_path,
                     const std::string& name_in_folder) {
  const auto source = open_source(local_path);
  if (!source) return source.error();
  const auto remote = session.connected();
  if (!remote) return remote.error();
  const auto accepted = announce(**remote, source->size, remote_path, name_in_folder);
  if (!accepted) return accepted.error();
  {
    Progress progress(session.terminal, session.columns, local_path, source->size);
    keep_little_unsent((*remote)->connection().fd());
    if (auto sent = send(**remote, source->file.get(), source->size, progress); !sent) return sent;
  }
  const auto stored = (*remote)->next_reply(time_to_work_through(source->size));
  if (!stored && stored.error().was_silence) {
    return Failure{Cause::connection,
                   "the server has all of " + local_path +
                       " and did not confirm in time that it is in place: it may be, or not"};
  }
  if (!stored) return stored.error();
  if (protocol::parse_length(*stored) != source->size) {
    return (*remote)->broken(
        {ErrorKind::malformed, "the server stored another size than was sent: " + *stored});
  }
  session.say(local_path + " -> " + *accepted);
  return {};
}

Outcome<void> upload_folder(Session& session, const std::string& local_path, const std::string& remote_path) {
  namespace fs = std::filesystem;
  if (auto made = make_folder(session, remote_path); !made) return made;
  std::error_code error;
  std::vector<fs::directory_entry> entries;
  for (fs::directory_iterator at(local_path, error), end; !error && at != end; at.increment(error))
    entries.push_back(*at);
  if (error) return Failure{Cause::local, "cannot list " + local_path + ": " + error.message()};
  std::sort(entries.begin(), entries.end());
  for (const auto& entry : entries) {
    const auto target =
        remote_path + (remote_path.ends_with('/') ? "" : "/") + entry.path().filename().string();
    Outcome<void> done;
    if (entry.symlink_status(error).type() == fs::file_type::directory) {
      done = upload_folder(session, entry.path().string(), target);
    } else if (entry.symlink_status(error).type() == fs::file_type::regular) {
      done = upload(session, entry.path().string(), target);
    } else {
      session.say(entry.path().string() + " is left out: neither file nor folder");
    }
    if (!done) return done;
  }
  return {};
}

}  // namespace bftp::client::people
