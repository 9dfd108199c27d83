#pragma once

#include <algorithm>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "protocol/conversation.hpp"
#include "protocol/request.hpp"
#include "protocol/sha256.hpp"
#include "tests/torture/fakes.hpp"

/// A BFTP server of a few verbs with a disk in memory, for cases that store, list and remove files.
namespace bftp::torture::fakes {

using record::CaseOutcome;

/// What is on the fake disk, and what the server thinks is.
struct Disk {
  std::map<std::string, std::string> files{{some_files().probe.name, some_files().probe.content}};
  std::set<std::string> folders;  ///< made by MKDIR
  std::map<std::string, std::string> cache;
  int stored = 0;
  int begun = 0;    ///< uploads
  int locks = 0;    ///< that clients hold
  int clients = 0;  ///< that were let in by a server with room for so many
};

/// A right server of clauses 4 and 5, and of what 4.13 refuses. The wrong ones override a verb.
class BftpConnection : public FakeConnection {
 public:
  explicit BftpConnection(Disk& disk) : disk_(disk) {}

  void receive(std::string_view segment) override {
    input_ += segment;
    while (!closed && step()) {
    }
  }
  void end() override {
    if (upload_) broken_off(std::exchange(upload_, {})->first, input_);
    FakeConnection::end();
  }

 protected:
  virtual void get(const std::string& name) {
    const auto found = disk_.files.find(name);
    if (found == disk_.files.end()) return say("ERR 404 no such file");
    send_file(found->second);
  }
  virtual void begin_put(const std::string& name, std::size_t size) {
    upload_ = {name, size};
    ++disk_.begun;
    say("OK");
  }
  /// The client went away when `part` of an upload had come.
  virtual void broken_off(const std::string& /*name*/, const std::string& /*part*/) {}
  virtual void put(const std::string& name, const std::string& content) {
    ++disk_.stored;
    disk_.files[name] = content;
    say("OK " + std::to_string(content.size()));
  }
  /// Of the root.
  virtual void list() { send_file(listing()); }
  virtual void list_of(const std::string& path) { path == "/" ? list() : send_file(listing_in(path)); }
  std::string listing_in(const std::string& path) const {
    std::map<std::string, std::string> lines;
    if (const auto inside = known_inside(path)) lines[inside->name] = file_line(inside->content);
    for (const auto& [name, content] : disk_.files)
      if (name.starts_with(path + "/")) lines[name.substr(path.size() + 1)] = file_line(content);
    std::string text;
    for (const auto& [name, start] : lines) text += start + name + "\n";
    return text;
  }
  std::string listing() const {
    const auto known = some_files();
    std::map<std::string, std::string> lines{{known.folder->name, "D 0 "},
                                             {known.named_folder->name, "D 0 "},
                                             {known.long_folder, "D 0 "},
                                             {known.large, "F 16777216 "},
                                             {known.long_named->name, file_line(known.long_named->content)}};
    for (const auto& file : known.listed) lines[file.name] = file_line(file.content);
    for (const auto& name : disk_.folders) lines[name] = "D 0 ";
    for (const auto& [name, content] : disk_.files)
      if (name.find('/') == std::string::npos) lines[name] = file_line(content);
    std::string text;
    for (const auto& [name, start] : lines) text += start + name + "\n";
    return text;
  }
  static std::string file_line(const std::string& content) {
    return "F " + std::to_string(content.size()) + " ";
  }
  virtual void del(const std::string& name) {
    say(disk_.files.erase(name) > 0 ? "OK" : "ERR 404 no such file");
  }

  void say(const std::string& payload) { out += protocol::encode_header(payload.size()) + payload; }
  void send_file(const std::string& content) {
    say("OK " + std::to_string(content.size()));
    out += content;
  }

  Disk& disk_;

  virtual void obey(const std::string& request) {
    const auto [verb, argument] = parted(request);
    if (const int code = refusal(verb, argument); code != 0)
      return say("ERR " + std::to_string(code) + " no such thing");
    const auto path = from_root(argument).value_or("");
    if (verb == "GET") return get_anywhere(path);
    if (verb == "LIST") return list_of(path);
    if (verb == "DELETE") return del(path);
    if (verb == "CD") return change(path);
    if (verb == "HASH") return say("OK " + hash(path));
    if (verb == "PWD") return say("OK /" + folder());
    if (verb == "RANGE") return range(argument);
    if (verb == "SIZE") return size(path);
    if (verb == "NOOP") return say("OK");
    if (verb == "FEAT") return say("OK " + features());
    if (verb == "QUIT") return quit();
    if (verb == "MKDIR" || verb == "RMDIR") return folder_verb(verb, argument);
    if (verb == "MOVE") return move(argument);
    const auto [size, name] = parted(argument);
    begin_put(from_root(name).value_or(""), std::stoul(size));
  }
  virtual std::string hash(const std::string& name) {
    return protocol::to_hex(protocol::sha256(disk_.files[name]));
  }
  virtual void size(const std::string& name) { say("OK " + std::to_string(disk_.files[name].size())); }
  virtual std::string features() { return "SIZE HASH RANGE NOOP MKDIR RMDIR MOVE"; }
  virtual void quit() {
    say("OK");
    closed = true;
  }
  virtual void make_folder(const std::string& name) {
    if (is_there(name)) return say("ERR 409 it exists");
    if (!has_parent(name)) return say("ERR 404 no such folder");
    disk_.folders.insert(name);
    say("OK");
  }
  virtual void remove_folder(const std::string& name) {
    if (!is_there(name)) return say("ERR 404 no such folder");
    const auto inside = disk_.files.lower_bound(name + "/");
    const bool is_full = inside != disk_.files.end() && inside->first.starts_with(name + "/");
    if (is_full || disk_.folders.erase(name) == 0) return say("ERR 409 not an empty folder");
    say("OK");
  }
  virtual void move_file(const std::string& from, const std::string& to) {
    if (!disk_.files.contains(from) || !has_parent(to)) return say("ERR 404 no such file or folder");
    std::string content = disk_.files[from];
    disk_.files.erase(from);
    disk_.files[to] = std::move(content);
    say("OK");
  }
  /// MOVE (5.5).
  virtual void move(const std::string& argument) {
    const auto [count, names] = parted(argument);
    const auto size = protocol::parse_length(count);
    if (!size || *size + 1 >= names.size() || names[*size] != ' ') return say("ERR 400 malformed argument");
    move_file(names.substr(0, *size), names.substr(*size + 1));
  }
  bool is_there(const std::string& name) const {
    return disk_.files.contains(name) || disk_.folders.contains(name) || name == some_files().folder->name;
  }
  bool has_parent(const std::string& name) const {
    const auto slash = name.rfind('/');
    return slash == std::string::npos || is_folder(name.substr(0, slash));
  }
  bool is_folder(const std::string& path) const {
    return path == "/" || disk_.folders.contains(path) || known_inside(path).has_value();
  }
  /// Clauses 3.1 and 4.15: without a slash in front; the root is "/". A slash stays behind what is no folder.
  /// Nothing: it leads beyond the root.
  virtual std::optional<std::string> from_root(const std::string& path) {
    std::vector<std::string> names;
    const auto whole = path.starts_with('/') ? path : folder() + "/" + path;
    for (std::size_t from = 0, to = 0; from <= whole.size(); from = to + 1) {
      to = std::min(whole.find('/', from), whole.size());
      const auto name = whole.substr(from, to - from);
      if (name.empty() || name == ".") continue;
      if (name != "..") {
        names.push_back(name);
        continue;
      }
      if (names.empty()) return std::nullopt;
      names.pop_back();
    }
    std::string joined;
    for (const auto& name : names) joined += (joined.empty() ? "" : "/") + name;
    if (joined.empty()) return "/";
    return path.ends_with('/') && !is_folder(joined) ? joined + "/" : joined;
  }
  bool awaits_stream() const { return upload_.has_value(); }
  /// Bytes that the stream lacks.
  std::size_t missing() const { return upload_->second - input_.size(); }
  /// What came behind the stream.
  std::string take_rest() { return std::exchange(input_, {}); }
  /// Of this connection.
  virtual std::string& folder() { return folder_; }

  const std::string& input() const { return input_; }
  /// Clause 1.6.
  virtual bool refuse_header() {
    const bool digits = input_.find_first_not_of("0123456789abcdefABCDEF") >= protocol::header_size;
    say(digits ? "ERR 413 too long" : "ERR 400 no header");
    closed = true;
    return false;
  }

 private:
  /// At the first blank.
  static std::pair<std::string, std::string> parted(const std::string& text) {
    const auto blank = text.find(' ');
    if (blank == std::string::npos) return {text, ""};
    return {text.substr(0, blank), text.substr(blank + 1)};
  }

  void change(const std::string& path) {
    folder() = path == "/" ? "" : path;
    say("OK /" + folder());
  }
  /// The one file of a folder that every root has.
  static std::optional<KnownFile> known_inside(const std::string& path) {
    for (const auto& known : {some_files().folder, some_files().named_folder})
      if (path == known->name) return known->file;
    return std::nullopt;
  }
  void folder_verb(const std::string& verb, const std::string& name) {
    if (name.empty()) return say("ERR 400 missing argument");
    verb == "MKDIR" ? make_folder(name) : remove_folder(name);
  }
  void range(const std::string& argument) {
    const auto [offset, rest] = parted(argument);
    const auto [length, name] = parted(rest);
    if (name.empty() || !protocol::parse_length(offset) || !protocol::parse_length(length))
      return say("ERR 400 malformed argument");
    if (const int code = path_refusal("RANGE", name); code != 0)
      return say("ERR " + std::to_string(code) + " no such thing");
    const auto& content = disk_.files[from_root(name).value_or("")];
    const auto from = std::min<std::uint64_t>(std::stoull(offset), content.size());
    send_file(content.substr(from, std::stoull(length)));
  }
  void get_anywhere(const std::string& path) {
    const auto slash = path.rfind('/');
    const auto inside = slash == std::string::npos ? std::nullopt : known_inside(path.substr(0, slash));
    if (inside && path.substr(slash + 1) == inside->name) return send_file(inside->content);
    get(path);
  }

  /// The code of clause 4.13, of 2.2 or 3.1; 0: the request may be obeyed.
  int refusal(const std::string& verb, const std::string& argument) {
    if (verb.empty()) return 400;
    const auto& known = {"GET",   "LIST", "DELETE", "CD",    "PUT",   "PWD",  "HASH", "SIZE",
                         "RANGE", "NOOP", "FEAT",   "MKDIR", "RMDIR", "MOVE", "QUIT"};
    if (std::ranges::find(known, verb) == known.end()) return 405;
    if (verb == "PWD" || verb == "NOOP" || verb == "FEAT" || verb == "QUIT")
      return argument.empty() ? 0 : 400;
    if (verb == "MKDIR" || verb == "RMDIR" || verb == "MOVE") return 0;  // they look for themselves
    if (verb == "RANGE") return 0;
    if (verb == "LIST" && argument.empty()) return 0;
    if (argument.empty()) return 400;
    if (verb == "PUT") {
      const auto [size, name] = parted(argument);
      return name.empty() || !protocol::parse_length(size) ? 400 : path_refusal(verb, name);
    }
    return path_refusal(verb, argument);
  }
  int path_refusal(const std::string& verb, const std::string& argument) {
    const bool has_control =
        std::ranges::any_of(argument, [](unsigned char c) { return c < 0x20 || c == 0x7f; });
    if (has_long_name(argument) || has_control || !protocol::is_utf8(argument)) return 400;
    const auto path = from_root(argument);
    if (!path) return 403;
    const bool wants_folder = verb == "CD" || verb == "LIST";
    if (is_folder(*path)) return wants_folder ? 0 : 409;
    const bool asks_of_a_file = verb == "HASH" || verb == "SIZE" || verb == "RANGE";
    if (asks_of_a_file && !path->ends_with('/') && !disk_.files.contains(*path)) return 404;
    if (!wants_folder && has_parent(*path)) return path->ends_with('/') ? 409 : 0;
    const std::string file = path->substr(0, path->find('/'));
    return disk_.files.contains(file) || disk_.files.contains(*path) ? 409 : 404;
  }
  static bool has_long_name(const std::string& path) {
    for (std::size_t from = 0, to = 0; from <= path.size(); from = to + 1) {
      to = std::min(path.find('/', from), path.size());
      if (to - from > 255) return true;
    }
    return false;
  }

  bool step() {
    if (upload_) {
      if (input_.size() < upload_->second) return false;
      const auto [name, size] = *upload_;
      upload_.reset();
      const auto content = input_.substr(0, size);
      input_.erase(0, size);
      put(name, content);
      return true;
    }
    if (input_.size() < protocol::header_size) return false;
    const auto header = protocol::decode_header(input_.substr(0, protocol::header_size), 65'536);
    if (!header) return refuse_header();
    const auto size = *header;
    if (input_.size() < protocol::header_size + size) return false;
    const auto request = input_.substr(protocol::header_size, size);
    input_.erase(0, protocol::header_size + size);
    obey(request);
    return true;
  }

  std::string input_;
  std::string folder_;
  std::optional<std::pair<std::string, std::size_t>> upload_;
};

/// Others than so many are told that there are too many, or find the connection closed.
template <int room, bool says_so = true>
class HasRoomFor : public BftpConnection {
 public:
  explicit HasRoomFor(Disk& disk) : BftpConnection(disk), is_in_(disk.clients < room) {
    if (is_in_) ++disk.clients;
    closed = !is_in_ && !says_so;
  }
  ~HasRoomFor() override { leave(); }
  void end() override {
    leave();
    BftpConnection::end();
  }
  void obey(const std::string& request) override {
    if (is_in_) return BftpConnection::obey(request);
    say("ERR 503 too many clients");
    closed = true;
  }

 private:
  void leave() {
    if (std::exchange(is_in_, false)) --disk_.clients;
  }
  bool is_in_;
};

/// GET sends the first 64 KiB of a file again and again.
class RepeatsABlock final : public BftpConnection {
 public:
  using BftpConnection::BftpConnection;
  void get(const std::string& name) override {
    constexpr std::size_t block = 64u << 10;
    const auto found = disk_.files.find(name);
    if (found == disk_.files.end()) return BftpConnection::get(name);
    std::string sent = found->second;
    for (std::size_t at = block; at < sent.size(); ++at) sent[at] = sent[at % block];
    send_file(sent);
  }
};

inline CaseFiles writable() {
  auto files = some_files();
  files.own_prefix = "own";
  return files;
}

struct Trial {
  std::map<std::string, CaseOutcome> outcomes;
  Disk disk;
  int connections = 0;
};

/// One case alone: of conformance, unless it is named with its category. Outcomes go by the name without it.
template <class Connection>
Trial try_one(std::string_view name, const CaseFiles& files = writable()) {
  Trial trial;
  FakeSubject subject([&] { return std::make_unique<Connection>(trial.disk); });
  const std::atomic<bool> stop = false;
  const auto& speech = *find_speech("bftp");
  const auto dot = name.find('.');
  const std::string id = (dot == std::string_view::npos ? "conformance." : "") + std::string(name);
  for (auto& one : run_suite(cases_named({id}, speech), subject,
                             {.speech = speech, .files = files, .stop = stop, .progress = {}}))
    trial.outcomes[id.substr(id.find('.') + 1)] = std::move(one);
  return trial;
}

template <class Connection>
Trial try_out(const CaseFiles& files = writable()) {
  Trial trial;
  FakeSubject subject([&] { return std::make_unique<Connection>(trial.disk); });
  for (auto& one : run_suites(subject, {"conformance"}, "bftp", files)) {
    const auto id = one.id;
    trial.outcomes[id.substr(id.find('.') + 1)] = std::move(one);
  }
  trial.connections = subject.connections;
  return trial;
}

}  // namespace bftp::torture::fakes
