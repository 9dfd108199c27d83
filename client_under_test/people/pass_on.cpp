#include "client_under_test/people/pass_on.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <ostream>

#include "client_under_test/people/interrupt.hpp"
#include "client_under_test/people/progress.hpp"
#include "client_under_test/people/visible.hpp"

namespace bftp::client::people {

namespace {

constexpr std::uint64_t passed_on_bytes = 65'536;

/// Asks for a file and hands its blocks to `use`, a function of the block and of the file's size that returns
/// Outcome<void>. When that fails, the connection is closed: the rest of the stream is nobody's.
template <class Use>
Outcome<void> pass_on(Session& session, const std::string& remote_path, Use use) {
  const auto connected = session.connected();
  if (!connected) return connected.error();
  Remote& remote = **connected;
  protocol::Request request;
  request.verb = protocol::Verb::get;
  request.path = remote_path;
  const auto size = remote.ask_for_stream(request);
  if (!size) return size.error();
  std::string block;
  for (std::uint64_t left = *size; left > 0; left -= block.size()) {
    block.resize(static_cast<std::size_t>(std::min(left, passed_on_bytes)));
    const auto got = remote.connection().receive_some(std::as_writable_bytes(std::span(block)),
                                                      protocol::Deadline::after(session.waits.idle));
    if (!got) return remote.broken(got.error());
    if (*got == 0)
      return remote.broken({protocol::ErrorKind::closed, "the server closed before the file's end"});
    block.resize(*got);
    if (auto used = use(block, *size); !used) {
      remote.close();
      return used;
    }
  }
  return {};
}

/// A call that waits for a reader may be interrupted, and then is not made again.
bool is_to_be_repeated() {
  return errno == EINTR && !interrupt_flag();
}

Outcome<protocol::UniqueFd> open_special(const std::string& path) {
  protocol::UniqueFd file;
  do {
    file.reset(::open(path.c_str(), O_WRONLY | O_CLOEXEC | O_NOCTTY));
  } while (!file && is_to_be_repeated());
  if (!file) return local_failure("cannot open " + path);
  struct stat status {};
  if (::fstat(file.get(), &status) != 0) return local_failure("cannot look at " + path);
  if (S_ISREG(status.st_mode)) return Failure{Cause::local, path + " has just become a regular file"};
  return file;
}

Outcome<void> write_block(int file, std::string_view block, const std::string& path) {
  while (!block.empty()) {
    const ssize_t written = ::write(file, block.data(), block.size());
    if (written < 0 && is_to_be_repeated()) continue;
    if (written < 0) return local_failure("cannot write to " + path);
    block.remove_prefix(static_cast<std::size_t>(written));
  }
  return {};
}

}  // namespace

Outcome<void> show(Session& session, const std::string& remote_path) {
  VisibleContent escaped;
  auto shown = pass_on(session, remote_path, [&](const std::string& block, std::uint64_t) -> Outcome<void> {
    session.out << (session.out_is_terminal ? escaped.next(block) : block);
    if (!session.out) return Failure{Cause::local, "cannot write to the standard output"};
    return {};
  });
  if (shown) session.out << escaped.rest() << std::flush;
  return shown;
}

Outcome<void> write_into(Session& session, const std::string& remote_path, const std::string& local_path) {
  const auto file = open_special(local_path);
  if (!file) return file.error();
  std::optional<Progress> progress;
  return pass_on(session, remote_path, [&](const std::string& block, std::uint64_t size) {
    if (!progress) progress.emplace(session.terminal, session.columns, remote_path, size);
    auto written = write_block(file->get(), block, local_path);
    progress->advance(block.size());
    return written;
  });
}

}  // namespace bftp::client::people
