#include "harness/measure/hotspot_attach.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <charconv>
#include <fstream>
#include <iterator>
#include <thread>

#include "harness/measure/proc_text.hpp"
#include "protocol/unique_fd.hpp"

namespace bftp::measure {
namespace {

using protocol::UniqueFd;
using Clock = std::chrono::steady_clock;

constexpr std::chrono::milliseconds look_again{2};
/// Answer to GC.run: "0\n", and a sentence if it refused.
constexpr std::size_t answer_bytes_max = 4096;

std::vector<std::string_view> words_of(std::string_view text) {
  std::vector<std::string_view> words;
  for (std::size_t at = 0; (at = text.find_first_not_of(" \t", at)) != std::string_view::npos;) {
    const std::size_t end = std::min(text.find_first_of(" \t", at), text.size());
    words.push_back(text.substr(at, end - at));
    at = end;
  }
  return words;
}

template <class T>
std::optional<T> number_of(std::string_view word, int base) {
  T number{};
  const auto [end, error] = std::from_chars(word.data(), word.data() + word.size(), number, base);
  if (error != std::errc{} || end != word.data() + word.size()) return std::nullopt;
  return number;
}

std::optional<AttachTerms> terms_of(int pid) {
  std::ifstream file(fmt::format("/proc/{}/status", pid));
  const std::string status{std::istreambuf_iterator<char>(file), {}};
  return parse_attach_terms(status);
}

bool is_socket_of(const std::string& path, uid_t owner) {
  struct stat about {};
  return ::lstat(path.c_str(), &about) == 0 && S_ISSOCK(about.st_mode) && about.st_uid == owner;
}

/// The trigger lies there while the virtual machine looks for it, and no longer.
class Trigger {
 public:
  Trigger(std::string path, uid_t owner) : path_(std::move(path)) {
    const UniqueFd file(
        ::open(path_.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, S_IRUSR | S_IWUSR));
    made_ = static_cast<bool>(file);
    // The virtual machine takes one of its own user only.
    usable_ = made_ && (owner == ::geteuid() || ::fchown(file.get(), owner, static_cast<gid_t>(-1)) == 0);
  }
  Trigger(const Trigger&) = delete;
  Trigger& operator=(const Trigger&) = delete;
  ~Trigger() {
    if (made_) ::unlink(path_.c_str());
  }
  bool usable() const { return usable_; }

 private:
  std::string path_;
  bool made_ = false, usable_ = false;
};

bool open_socket(int pid, const AttachTerms& terms, const std::string& folder, const std::string& socket,
                 Clock::time_point until) {
  if (!terms.catches_quit) return false;
  const Trigger trigger(fmt::format("{}/.attach_pid{}", folder, terms.pid_inside), terms.owner);
  if (!trigger.usable() || ::kill(pid, SIGQUIT) != 0) return false;
  while (!is_socket_of(socket, terms.owner)) {
    if (Clock::now() >= until) return false;
    std::this_thread::sleep_for(look_again);
  }
  return true;
}

bool wait_for(int fd, short events, Clock::time_point until) {
  const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(until - Clock::now());
  pollfd waiting{fd, events, 0};
  return ::poll(&waiting, 1, static_cast<int>(std::max<std::int64_t>(0, left.count()))) > 0;
}

/// Connects, says `command`, and returns all that is answered; nothing if that takes too long.
std::optional<std::string> ask(const std::string& socket, std::string_view command, Clock::time_point until) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  if (socket.size() >= sizeof address.sun_path) return std::nullopt;
  socket.copy(address.sun_path, socket.size());
  const UniqueFd link(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
  if (!link || ::connect(link.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0)
    return std::nullopt;
  const ssize_t sent = ::send(link.get(), command.data(), command.size(), MSG_NOSIGNAL);
  if (sent != static_cast<ssize_t>(command.size())) return std::nullopt;
  std::string answer;
  std::array<char, 512> part{};
  while (answer.size() < answer_bytes_max) {
    if (!wait_for(link.get(), POLLIN, until)) return std::nullopt;
    const ssize_t got = ::recv(link.get(), part.data(), part.size(), 0);
    if (got < 0 && (errno == EINTR || errno == EAGAIN)) continue;
    if (got < 0) return std::nullopt;
    if (got == 0) return answer;
    answer.append(part.data(), static_cast<std::size_t>(got));
  }
  return std::nullopt;
}

bool is_our_file_system(int pid) {
  struct stat theirs {
  }, ours{};
  return ::stat(fmt::format("/proc/{}/root/tmp", pid).c_str(), &theirs) == 0 && ::stat("/tmp", &ours) == 0 &&
         theirs.st_dev == ours.st_dev && theirs.st_ino == ours.st_ino;
}

bool is_alive(int pid) {
  return ::kill(pid, 0) == 0 || errno == EPERM;
}

}  // namespace

std::optional<AttachTerms> parse_attach_terms(std::string_view status) {
  constexpr std::size_t effective = 1;  // "Uid: real effective saved file system"
  const auto users = words_of(line_of_key(status, "Uid").value_or("")),
             ids = words_of(line_of_key(status, "NSpid").value_or("")),
             caught = words_of(line_of_key(status, "SigCgt").value_or(""));
  if (users.size() <= effective || ids.empty() || caught.empty()) return std::nullopt;
  const auto owner = number_of<uid_t>(users[effective], 10);
  const auto pid = number_of<int>(ids.back(), 10);
  const auto signals = number_of<std::uint64_t>(caught.front(), 16);
  if (!owner || !pid || !signals) return std::nullopt;
  return AttachTerms{*pid, *owner, (*signals >> (SIGQUIT - 1) & 1) != 0};
}

HotspotAttach::~HotspotAttach() {
  for (const auto& [pid, socket] : opened_)
    if (!socket.empty() && !is_alive(pid)) ::unlink(socket.c_str());
}

bool HotspotAttach::collect(int pid, std::chrono::milliseconds patience) {
  // attachListener.cpp: version, command, three arguments, each with its NUL.
  static constexpr std::string_view collect_all{"1\0jcmd\0GC.run\0\0\0", 16};
  const auto until = Clock::now() + patience;
  const auto terms = terms_of(pid);
  if (!terms) return false;
  const std::string folder = fmt::format("/proc/{}/root/tmp", pid);
  const std::string name = fmt::format(".java_pid{}", terms->pid_inside);
  const std::string socket = folder + "/" + name;
  if (!is_socket_of(socket, terms->owner)) {
    if (!open_socket(pid, *terms, folder, socket, until)) return false;
    opened_.push_back({pid, is_our_file_system(pid) ? "/tmp/" + name : std::string()});
  }
  const auto answer = ask(socket, collect_all, until);
  return answer && std::string_view(*answer) == "0\n";
}

}  // namespace bftp::measure
