// A BFTP/1 file server that was written from the protocol text alone. It shares no code with the rest of
// the project, so that a misreading of the text there does not agree with the same misreading here.
// Usage: plain_server --port PORT --root DIR. It has the core verbs (clause 4) and none of the extended ones
// (clause 5). Numbers in the comments below are clauses of the protocol text.

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <pthread.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <cerrno>
#include <charconv>
#include <csignal>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <filesystem>
#include <iostream>
#include <map>
#include <mutex>
#include <optional>
#include <set>
#include <sstream>
#include <string>
#include <string_view>
#include <system_error>
#include <thread>
#include <vector>

namespace {

constexpr std::size_t kMaxPayload = 65536;  // 1.4
constexpr std::size_t kMaxName = 255;       // 3.3
constexpr int kMaxLinks = 40;               // the kernel's own limit
constexpr int kMaxClients = 500;            // two descriptors each, and 1024 are usual
using Names = std::vector<std::string>;     // a path from the root, one element for each name

// A request that is answered with ERR. The connection goes on (2.3), but not if the start of the next
// message is unknown (1.6).
struct Refusal {
  int code;
  const char* text;
  bool closes = false;
};

// The connection is of no more use: the client left (2.6), or a stream cannot be finished (4.12).
struct Disconnected {};

Refusal refusal_for(int error) {
  // Names are short enough by now, so ENAMETOOLONG is only that nothing can exist that deep.
  if (error == ENOENT || error == ENOTDIR || error == ELOOP || error == ENAMETOOLONG)
    return {404, "not found"};
  if (error == EACCES || error == EPERM || error == EROFS) return {403, "not permitted"};
  if (error == ENOSPC || error == EDQUOT || error == EFBIG) return {507, "out of space"};
  if (error == EISDIR) return {409, "is a folder"};
  return {500, "the server failed"};
}

struct Descriptor {
  explicit Descriptor(int number) : fd(number) {}
  ~Descriptor() { ::close(fd); }
  Descriptor(const Descriptor&) = delete;
  const int fd;
};

// A PUT writes next to its target, so that the final rename stays on one file system and is atomic (4.8).
// The names in use are kept here to hide them from clients and to remove them when the server ends.
std::mutex uploads_mutex;
std::set<std::string> uploads;

class Upload {
 public:
  explicit Upload(const std::string& folder) {
    // It starts where no client is likely to have a file of its own.
    static std::atomic<std::int64_t> next{std::int64_t{::time(nullptr)} << 20};
    path_ = folder + "/.part-" + std::to_string(next++);
    const std::lock_guard lock(uploads_mutex);
    fd_ = ::open(path_.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
    if (fd_ < 0) throw refusal_for(errno);
    uploads.insert(path_);
  }
  ~Upload() {
    ::close(fd_);
    const std::lock_guard lock(uploads_mutex);
    if (uploads.erase(path_) != 0) ::unlink(path_.c_str());
  }
  Upload(const Upload&) = delete;

  // Returns 0 or the errno, because the caller has to read the stream to its end before it complains (4.12).
  int write(const char* data, std::size_t size) const {
    const ssize_t count = ::write(fd_, data, size);
    if (count >= 0 && static_cast<std::size_t>(count) < size) return ENOSPC;  // a file takes less only then
    return count < 0 ? errno : 0;
  }

  void move_to(const std::string& target) {
    const std::lock_guard lock(uploads_mutex);
    if (::rename(path_.c_str(), target.c_str()) != 0) throw refusal_for(errno);
    uploads.erase(path_);
  }

 private:
  std::string path_;
  int fd_ = -1;
};

// No call of recv or send ends with EINTR, because there is no signal handler.
void send_all(int socket, const char* data, std::size_t size) {
  while (size > 0) {
    const ssize_t count = ::send(socket, data, size, MSG_NOSIGNAL);
    if (count <= 0) throw Disconnected{};
    data += count;
    size -= static_cast<std::size_t>(count);
  }
}

void recv_exactly(int socket, char* data, std::size_t size) {
  while (size > 0) {
    const ssize_t count = ::recv(socket, data, size, 0);
    if (count <= 0) throw Disconnected{};
    data += count;
    size -= static_cast<std::size_t>(count);
  }
}

void send_message(int socket, const std::string& payload) {
  std::array<char, 9> header{};
  std::snprintf(header.data(), header.size(), "%08x", static_cast<unsigned>(payload.size()));  // 1.2, 1.3
  send_all(socket, (header.data() + payload).c_str(), 8 + payload.size());
}

void send_error(int socket, const Refusal& refusal) {
  send_message(socket, "ERR " + std::to_string(refusal.code) + " " + refusal.text);
}

std::string recv_message(int socket) {
  std::array<char, 8> header{};
  recv_exactly(socket, header.data(), header.size());
  std::uint32_t size = 0;
  // from_chars takes hexadecimal digits of either case (1.3) and no sign or "0x" for an unsigned number.
  const auto result = std::from_chars(header.data(), header.data() + header.size(), size, 16);
  const bool complete = result.ec == std::errc{} && result.ptr == header.data() + header.size();
  if (!complete) throw Refusal{400, "malformed header", true};
  if (size > kMaxPayload) throw Refusal{413, "message too long", true};
  std::string payload(size, '\0');
  recv_exactly(socket, payload.data(), payload.size());
  return payload;
}

// UTF-8 without control characters (4.13): no overlong forms, no surrogates, nothing above U+10FFFF.
bool is_text(std::string_view text) {
  constexpr std::array<std::uint32_t, 5> kLeast{0, 0, 0x80, 0x800, 0x10000};  // by length in bytes
  for (std::size_t i = 0; i < text.size();) {
    std::uint32_t point = static_cast<unsigned char>(text[i]);
    if (point < 0x20 || point == 0x7f || (point >= 0x80 && point < 0xc0) || point > 0xf7) return false;
    const std::size_t length = point < 0x80 ? 1 : point < 0xe0 ? 2 : point < 0xf0 ? 3 : 4;
    if (length > 1) point &= 0x7fU >> length;
    for (const std::size_t end = i++ + length; i < end; ++i) {
      if (i == text.size() || (static_cast<unsigned char>(text[i]) & 0xc0U) != 0x80U) return false;
      point = (point << 6) | (static_cast<unsigned char>(text[i]) & 0x3fU);
    }
    if (point < kLeast[length] || point > 0x10ffff || (point >= 0xd800 && point <= 0xdfff)) return false;
  }
  return true;
}

std::int64_t parse_size(std::string_view text) {  // 1.5
  std::int64_t size = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), size);
  const bool plain = !text.empty() && text.front() != '-' && (text.front() != '0' || text.size() == 1);
  if (!plain || error != std::errc{} || end != text.data() + text.size()) throw Refusal{400, "bad size"};
  return size;
}

Names split(const std::string& path) {  // a slash at the end makes no piece
  Names pieces;
  std::istringstream text(path);
  for (std::string piece; std::getline(text, piece, '/');) pieces.push_back(piece);
  return pieces;
}

std::string join(const std::string& folder, const std::string& name) {
  return (folder == "/" ? "" : folder) + "/" + name;
}

std::string text_of(const Names& names) {  // as PWD gives it (4.4)
  std::string text;
  for (const std::string& name : names) text += "/" + name;
  return text.empty() ? "/" : text;
}

std::string root;  // a real path, set once before the first thread starts
bool is_inside(const std::string& path) {
  return root == "/" || path == root || path.starts_with(root + "/");
}

// One step along a path, through any links. These are followed here and not by realpath(), which fails
// alike for a broken link inside the root and for one that leads out: then a client could tell by 404 or
// 403 whether something outside exists, and 3.2 forbids to reveal that.
std::optional<std::string> step(const std::string& here, const std::string& name, int& links) {
  if (name.empty() || name == ".") return here;
  if (name == "..") {  // only from a link's text; those of the client are gone by now
    const std::size_t slash = here.rfind('/');
    return slash == 0 ? "/" : here.substr(0, slash);
  }
  std::string next = join(here, name);
  struct stat info {};
  if (::lstat(next.c_str(), &info) != 0) {
    if (!is_inside(next)) throw Refusal{403, "outside the root"};
    const Refusal refusal = refusal_for(errno);
    if (refusal.code != 404) throw refusal;
    return std::nullopt;
  }
  if (!S_ISLNK(info.st_mode)) return next;
  std::error_code error;
  const std::string target = std::filesystem::read_symlink(next, error).string();
  if (error || ++links > kMaxLinks) return std::nullopt;
  // On its way a link may leave the root (an absolute one does); locate() judges where it ends.
  std::optional<std::string> end = target[0] == '/' ? "/" : here;
  for (const std::string& piece : split(target)) {
    if (end) end = step(*end, piece, links);
  }
  return end;
}

// What a client's path leads to on the disk, free of links, or nothing if that does not exist.
std::optional<std::string> locate(const Names& names) {
  std::optional<std::string> here = root;
  int links = 0;
  for (const std::string& name : names) {
    here = step(*here, name, links);
    if (!here) return std::nullopt;
    if (!is_inside(*here)) throw Refusal{403, "outside the root"};
  }
  const std::lock_guard lock(uploads_mutex);
  if (uploads.count(*here) != 0) throw Refusal{403, "in use by the server"};
  return here;
}

struct stat info_of(const std::string& path) {
  struct stat info {};
  if (::lstat(path.c_str(), &info) != 0) throw refusal_for(errno);
  return info;
}

class Session {
 public:
  explicit Session(int socket) : socket_(socket) {}

  // Returns whether the connection goes on.
  bool answer_next() {
    try {
      answer(recv_message(socket_));
    } catch (const Refusal& refusal) {
      send_error(socket_, refusal);
      open_ = !refusal.closes;
    }
    return open_;
  }

 private:
  struct Path {
    Names names;
    bool folder_only;  // it ends in a slash, "." or "..", so it cannot be a file's (4.15)
  };

  void answer(const std::string& request) {
    if (request.empty()) throw Refusal{400, "empty request"};
    if (!is_text(request)) throw Refusal{400, "not plain UTF-8"};
    const std::size_t space = request.find(' ');
    const std::string verb = request.substr(0, space);
    const bool has_argument = space != std::string::npos;
    const std::string argument = has_argument ? request.substr(space + 1) : "";  // spaces too (2.1)
    if (verb == "GET") return get(parse(argument));
    if (verb == "PUT") return put(argument);
    if (verb == "LIST") return list(has_argument ? parse(argument) : Path{folder_, true});
    if (verb == "CD") return change_folder(parse(argument));
    if (verb == "DELETE") return remove(parse(argument));
    if (verb != "PWD" && verb != "QUIT") throw Refusal{405, "unknown verb"};
    if (has_argument) throw Refusal{400, "unexpected argument"};
    send_message(socket_, verb == "PWD" ? "OK " + text_of(folder_) : "OK");
    open_ = verb == "PWD";
  }

  Path parse(const std::string& text) const {  // 3.1
    if (text.empty()) throw Refusal{400, "path missing"};
    Path path{text.front() == '/' ? Names{} : folder_, false};
    for (const std::string& piece : split(text)) {
      const bool stays = piece.empty() || piece == ".";
      path.folder_only = stays || piece == ".." || text.back() == '/';
      if (piece == "..") {
        if (path.names.empty()) throw Refusal{403, "above the root"};
        locate(path.names);  // a link that leads out is refused even where ".." takes it back (4.13)
        path.names.pop_back();
      } else if (piece.size() > kMaxName) {
        throw Refusal{400, "name too long"};
      } else if (!stays) {
        path.names.push_back(piece);
      }
    }
    return path;
  }

  static std::string existing(const Path& path, mode_t type) {
    const auto real = locate(path.names);
    if (!real) throw refusal_for(ENOENT);
    if ((info_of(*real).st_mode & S_IFMT) != type || (type == S_IFREG && path.folder_only))
      throw Refusal{409, "wrong kind"};
    return *real;
  }

  static std::string existing_parent(const Path& path) {
    const auto folder = locate({path.names.begin(), path.names.end() - 1});
    if (!folder || !S_ISDIR(info_of(*folder).st_mode)) throw Refusal{404, "no such folder"};
    return *folder;
  }

  void get(const Path& path) {  // 4.1
    // Not waiting matters only if a FIFO takes the file's place after the check (4.13).
    const Descriptor file(
        ::open(existing(path, S_IFREG).c_str(), O_RDONLY | O_NONBLOCK | O_NOFOLLOW | O_CLOEXEC));
    struct stat info {};
    if (file.fd < 0 || ::fstat(file.fd, &info) != 0) throw refusal_for(errno);
    // PUT never writes into an existing file, so the open descriptor is the file at this instant (4.10).
    send_message(socket_, "OK " + std::to_string(info.st_size));
    std::array<char, 65536> buffer;
    for (std::int64_t left = info.st_size; left > 0;) {
      const auto wanted = std::min<std::int64_t>(left, std::int64_t{buffer.size()});
      const ssize_t count = ::read(file.fd, buffer.data(), static_cast<std::size_t>(wanted));
      if (count <= 0) throw Disconnected{};  // all that is left to tell the client (4.12)
      send_all(socket_, buffer.data(), static_cast<std::size_t>(count));
      left -= count;
    }
  }

  void put(const std::string& argument) {  // 4.2
    const std::size_t space = argument.find(' ');
    const std::int64_t size = parse_size(std::string_view(argument).substr(0, space));
    if (space == std::string::npos) throw Refusal{400, "path missing"};
    const Path path = parse(argument.substr(space + 1));
    const std::optional<std::string> old = locate(path.names);
    if (path.folder_only || (old && !S_ISREG(info_of(*old).st_mode))) throw Refusal{409, "not a file"};
    // Through a link the file it leads to is replaced, as GET would read that one.
    const std::string target = old ? *old : join(existing_parent(path), path.names.back());
    const std::string target_folder = target.substr(0, target.rfind('/'));
    std::error_code unknown;  // then the space counts as unlimited
    if (std::filesystem::space(target_folder + "/", unknown).available < static_cast<std::uintmax_t>(size)) {
      throw Refusal{507, "out of space"};  // better now (4.9) than after the whole stream
    }
    Upload upload(target_folder);
    send_message(socket_, "OK");
    int error = 0;
    std::array<char, 65536> buffer;
    for (std::int64_t left = size; left > 0;) {
      const auto part = std::min<std::int64_t>(left, std::int64_t{buffer.size()});
      // If this throws, ~Upload leaves the old content in place (4.8).
      recv_exactly(socket_, buffer.data(), static_cast<std::size_t>(part));
      if (error == 0) error = upload.write(buffer.data(), static_cast<std::size_t>(part));
      left -= part;
    }
    if (error != 0) throw refusal_for(error);
    upload.move_to(target);
    send_message(socket_, "OK " + std::to_string(size));
  }

  void list(const Path& path) {  // 4.3
    std::error_code error;
    const std::filesystem::directory_iterator entries(existing(path, S_IFDIR), error);
    if (error) throw refusal_for(error.value());
    std::map<std::string, std::string> lines;  // by name; std::string compares bytes as unsigned
    for (const auto& entry : entries) {
      const std::string name = entry.path().filename().string();
      // A name that no request can hold is left out; with a line end in it, it would even forge an entry.
      if (!is_text(name)) continue;
      try {
        Names names = path.names;
        names.push_back(name);
        const struct stat info = info_of(locate(names).value_or(""));
        if (S_ISREG(info.st_mode)) lines[name] = "F " + std::to_string(info.st_size) + " " + name + "\n";
        if (S_ISDIR(info.st_mode)) lines[name] = "D 0 " + name + "\n";
      } catch (const Refusal&) {
        continue;  // leads out of the root or nowhere (4.14), or is an upload
      }
    }
    std::string stream;
    for (const auto& entry : lines) stream += entry.second;
    send_message(socket_, "OK " + std::to_string(stream.size()));
    send_all(socket_, stream.data(), stream.size());
  }

  void change_folder(const Path& path) {  // 4.5
    existing(path, S_IFDIR);
    folder_ = path.names;
    send_message(socket_, "OK " + text_of(folder_));
  }

  void remove(const Path& path) {  // 4.6
    if (path.names.empty()) throw Refusal{403, "the root stays"};
    existing(path, S_IFREG);
    // Of a link the link itself goes, as with rm; so only the folder is resolved here.
    if (::unlink(join(existing_parent(path), path.names.back()).c_str()) != 0) throw refusal_for(errno);
    send_message(socket_, "OK");
  }

  int socket_;
  bool open_ = true;
  Names folder_;  // each connection's own, and first the root (2.5)
};

std::atomic<int> client_count{0};

void serve(int socket) {
  const Descriptor closer(socket);
  const int on = 1;
  ::setsockopt(socket, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);  // replies are short and waited for
  try {
    Session session(socket);
    bool open = ++client_count <= kMaxClients;
    if (!open) send_error(socket, {503, "too many clients"});
    while (open) open = session.answer_next();
    // Closing with unread bytes makes TCP reset the connection, and the last reply may be lost with that.
    // So the server says that it is done and reads on for a moment.
    ::shutdown(socket, SHUT_WR);
    const timeval wait{.tv_sec = 1, .tv_usec = 0};
    ::setsockopt(socket, SOL_SOCKET, SO_RCVTIMEO, &wait, sizeof wait);
    std::array<char, 4096> rest;
    for (int i = 0; i < 1000 && ::recv(socket, rest.data(), rest.size(), 0) > 0;) ++i;
  } catch (...) {
    // The client left, or memory ran out: either way only this connection ends (2.6).
  }
  --client_count;
}

void accept_clients(int listener) {
  for (;;) {
    int socket = -1;  // none while out of descriptors, or if the client left the queue: others follow
    while ((socket = ::accept4(listener, nullptr, nullptr, SOCK_CLOEXEC)) < 0) ::usleep(10000);
    try {
      std::thread(serve, socket).detach();  // a thread each, so that none waits for another (6.1)
    } catch (const std::system_error&) {
      ::close(socket);  // no thread to be had: the server goes on for the others
    }
  }
}

}  // namespace

int main(int argc, char** argv) {
  int port = -1;
  for (int i = 1; i + 1 < argc; i += 2) {
    const std::string_view option = argv[i];
    const std::string_view value = argv[i + 1];
    if (option == "--root") root = value;
    if (option == "--port") std::from_chars(value.data(), value.data() + value.size(), port);
  }
  std::error_code error;
  root = std::filesystem::canonical(root, error).string();
  if (argc != 5 || port < 0 || port > 65535 || !std::filesystem::is_directory(root, error)) {
    std::cerr << "usage: plain_server --port PORT --root DIR\n";
    return 2;
  }
  // Blocked before the first thread starts, so that all inherit it and only sigwait below takes the signal.
  sigset_t ending;
  ::sigemptyset(&ending);
  ::sigaddset(&ending, SIGTERM);
  ::pthread_sigmask(SIG_BLOCK, &ending, nullptr);
  std::signal(SIGXFSZ, SIG_IGN);  // a file too large is a 507 and not the end of the server
  const int listener = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  const int on = 1;
  ::setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);  // 6.2
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(static_cast<std::uint16_t>(port));
  ::inet_pton(AF_INET, "127.0.0.1", &address.sin_addr);
  socklen_t length = sizeof address;
  auto* const generic = reinterpret_cast<sockaddr*>(&address);
  const bool bound = ::bind(listener, generic, length) == 0 && ::listen(listener, SOMAXCONN) == 0;
  if (!bound || ::getsockname(listener, generic, &length) != 0) {
    std::perror("plain_server: cannot listen");
    return 2;
  }
  std::cout << "listening on 127.0.0.1:" << ntohs(address.sin_port) << std::endl;  // 6.4
  std::thread(accept_clients, listener).detach();
  int signal = 0;
  ::sigwait(&ending, &signal);
  // The lock is kept: from here on no upload is begun or finished, and none leaves its part behind (4.8).
  uploads_mutex.lock();
  for (const std::string& path : uploads) ::unlink(path.c_str());
  std::_Exit(0);  // the other threads still use globals, so no destructor may run (6.3)
}
