#include "client_under_test/people/download.hpp"

#include <unistd.h>

#include <filesystem>

#include "client_under_test/people/interrupt.hpp"
#include "client_under_test/people/part_file.hpp"
#include "client_under_test/people/pass_on.hpp"
#include "client_under_test/people/progress.hpp"
#include "protocol/sha256.hpp"

namespace bftp::client::people {

using protocol::Request;
using protocol::Verb;

namespace {

bool is_of_the_peer(protocol::ErrorKind kind) {
  return kind == protocol::ErrorKind::closed || kind == protocol::ErrorKind::reset ||
         kind == protocol::ErrorKind::deadline;
}

Outcome<void> receive(Remote& remote, int file, std::uint64_t size, Progress& progress) {
  const auto got = protocol::receive_to_file(remote.connection(), file, size, remote.waits().idle, nullptr,
                                             [&progress](std::size_t bytes) { progress.advance(bytes); });
  if (got) return {};
  auto failure = remote.broken(got.error());
  if (!is_of_the_peer(got.error().kind)) failure.cause = Cause::local;
  return failure;
}

/// A download of one file, step by step.
class Download {
 public:
  Download(Session& session, Remote& remote, PartFile& part, const std::string& path)
      : session_(session), remote_(remote), part_(part), path_(path) {}

  Outcome<void> whole() {
    Request request;
    request.verb = Verb::get;
    request.path = path_;
    const auto size = remote_.ask_for_stream(request);
    if (!size) return size.error();
    // Only now: what an earlier download got stays until there is something better.
    if (auto emptied = part_.start_over(); !emptied) {
      remote_.close();  // the stream that follows is nobody's
      return emptied;
    }
    Progress progress(session_.terminal, session_.columns, path_, *size);
    return receive(remote_, part_.fd(), *size, progress);
  }

  Outcome<void> resumed() {
    const auto have = part_.size();
    if (!have) return have.error();
    if (*have == 0) return whole();
    const auto range = remote_.has(Verb::range);
    if (!range) return range.error();
    const auto total = *range ? remote_.size(path_) : std::optional<std::uint64_t>();
    if (!total) return total.error();
    if (!*total) {
      session_.say("the server has no RANGE and SIZE: fetching the whole file");
      return whole();
    }
    const auto continued = continue_from(*have, **total);
    if (!continued) return continued.error();
    return *continued ? Outcome<void>() : whole();
  }

 private:
  /// False if the part does not belong to the file that the server has now.
  Outcome<bool> continue_from(std::uint64_t have, std::uint64_t total) {
    if (have > total) return false;
    if (have < total) {
      Request request;
      request.verb = Verb::range;
      request.path = path_;
      request.offset = have;
      request.length = total - have;
      const auto size = remote_.ask_for_stream(request);
      if (!size) return size.error();
      if (::lseek(part_.fd(), 0, SEEK_END) < 0) return local_failure("cannot continue the part");
      Progress progress(session_.terminal, session_.columns, path_, total, have);
      if (auto got = receive(remote_, part_.fd(), *size, progress); !got) return got.error();
      if (*size != total - have) return false;
    }
    return is_the_same(total);
  }

  Outcome<bool> is_the_same(std::uint64_t total) {
    const auto theirs = remote_.hash(path_, total);
    // A server that needs longer than that would not be waited for the next time either: the file would never
    // be whole.
    if (!theirs && theirs.error().was_silence)
      return is_not_checked("the server did not answer HASH in time");
    if (!theirs) return theirs.error();
    if (!*theirs) return is_not_checked("the server has no HASH");
    if (::lseek(part_.fd(), 0, SEEK_SET) != 0) return local_failure("cannot read the part");
    const auto ours = protocol::sha256_of_file(part_.fd(), &interrupt_flag());
    if (!ours) return Failure{Cause::local, ours.error().message};
    if (*ours == **theirs) return true;
    session_.say("the part is of another content: fetching the whole file");
    return false;
  }

  Outcome<bool> is_not_checked(const std::string& why) {
    session_.warn(why + ": the continued file " + path_ + " is not checked");
    return true;
  }

  Session& session_;
  Remote& remote_;
  PartFile& part_;
  const std::string& path_;
};

Outcome<void> fetch_file(Session& session, const std::string& remote_path, const LocalPlace& place,
                         bool resume) {
  const auto remote = session.connected();
  if (!remote) return remote.error();
  auto part = PartFile::open(place);
  if (!part) return part.error();
  Download steps(session, **remote, *part, remote_path);
  auto done = resume ? steps.resumed() : steps.whole();
  if (done) done = part->finish();
  if (!done) part->drop_if_empty();
  return done;
}

Outcome<void> fetch(Session& session, const std::string& remote_path, const std::string& local_path,
                    bool resume, Trust trust) {
  const auto place = look_at_place(local_path, trust);
  if (!place) return place.error();
  const bool is_special = place->kind == LocalPlace::Kind::special;
  if (is_special && resume) return usage_failure(local_path + " keeps nothing that -c could continue");
  auto done = is_special ? write_into(session, remote_path, local_path)
                         : fetch_file(session, remote_path, *place, resume);
  if (done) session.say(remote_path + " -> " + local_path);
  return done;
}

constexpr int depth_max = 64;  // a folder below itself, by way of a link, ends here

Outcome<void> fetch_entries(Session& session, const std::string& remote_path, const std::string& local_path,
                            bool resume, int depth);

Outcome<void> fetch_entry(Session& session, const RemoteEntry& entry, const std::string& remote_folder,
                          const std::string& local_folder, bool resume, int depth) {
  if (!is_safe_name(entry.name)) {
    return Failure{Cause::connection, "the server lists a name that would lead elsewhere: " + entry.name};
  }
  const auto remote_path = remote_folder + (remote_folder.ends_with('/') ? "" : "/") + entry.name;
  const auto local_path = local_folder + "/" + entry.name;
  if (entry.is_folder) return fetch_entries(session, remote_path, local_path, resume, depth + 1);
  return fetch(session, remote_path, local_path, resume, Trust::server);
}

Outcome<void> fetch_entries(Session& session, const std::string& remote_path, const std::string& local_path,
                            bool resume, int depth) {
  if (depth > depth_max) return Failure{Cause::connection, "folders are nested too deeply: " + remote_path};
  const auto remote = session.connected();
  if (!remote) return remote.error();
  const auto entries = (*remote)->list(remote_path);
  if (!entries) return entries.error();
  std::error_code error;
  if (depth > 0 && std::filesystem::is_symlink(local_path, error))
    return Failure{Cause::local,
                   local_path + " is a symbolic link, and get -r follows none below its target"};
  std::filesystem::create_directories(local_path, error);
  if (error) return Failure{Cause::local, "cannot make the folder " + local_path + ": " + error.message()};
  for (const auto& entry : *entries) {
    if (auto got = fetch_entry(session, entry, remote_path, local_path, resume, depth); !got) return got;
  }
  return {};
}

}  // namespace

Outcome<void> download(Session& session, const std::string& remote_path, const std::string& local_path,
                       bool resume) {
  return fetch(session, remote_path, local_path, resume, Trust::person);
}

Outcome<void> download_folder(Session& session, const std::string& remote_path, const std::string& local_path,
                              bool resume) {
  return fetch_entries(session, remote_path, local_path, resume, 0);
}

}  // namespace bftp::client::people
