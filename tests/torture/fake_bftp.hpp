#pragma once

#include <algorithm>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <utility>

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
  int begun = 0;  ///< uploads
  int locks = 0;  ///< that clients hold
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
  virtual void list() { send_file(listing()); }
  std::string listing() const {
    std::map<std::string, std::string> lines{{some_files().folder->name, "D 0 "}};
    for (const auto& name : disk_.folders) lines[name] = "D 0 ";
    for (const auto& [name, content] : disk_.files)
      if (name.find('/') == std::string::npos) lines[name] = "F " + std::to_string(content.size()) + " ";
    std::string text;
    for (const auto& [name, start] : lines) text += start + name + "\n";
    return text;
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
    if (verb == "GET" && !folder().empty()) return get_in_folder(argument);
    if (verb == "GET") return get(argument);
    if (verb == "LIST") return list();
    if (verb == "DELETE") return del(argument);
    if (verb == "CD") return change(argument);
    if (verb == "HASH") return say("OK " + hash(argument));
    if (verb == "PWD") return say("OK /" + folder());
    if (verb == "RANGE") return range(argument);
    if (verb == "SIZE") return size(argument);
    if (verb == "NOOP") return say("OK");
    if (verb == "FEAT") return say("OK " + features());
    if (verb == "QUIT") return quit();
    if (verb == "MKDIR" || verb == "RMDIR") return folder_verb(verb, argument);
    if (verb == "MOVE") return move(argument);
    const auto [size, name] = parted(argument);
    begin_put(name, std::stoul(size));
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
    disk_.files[to] = disk_.files[from];
    disk_.files.erase(from);
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
    return slash == std::string::npos || disk_.folders.contains(name.substr(0, slash));
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

  void change(const std::string& name) {
    folder() = name == ".." || name == "/" ? "" : name;
    say("OK /" + folder());
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
    const auto& content = disk_.files[name];
    const auto from = std::min<std::uint64_t>(std::stoull(offset), content.size());
    send_file(content.substr(from, std::stoull(length)));
  }
  void get_in_folder(const std::string& name) {
    const auto inside = some_files().folder->file;
    if (name != inside.name) return say("ERR 404 no such file");
    send_file(inside.content);
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
    if (verb == "RANGE" || (verb == "CD" && argument == ".." && !folder().empty())) return 0;
    if (verb == "LIST" && argument.empty()) return 0;
    if (argument.empty()) return 400;
    if (verb == "PUT") {
      const auto [size, name] = parted(argument);
      return name.empty() || !protocol::parse_length(size) ? 400 : path_refusal(verb, name);
    }
    return path_refusal(verb, argument);
  }
  int path_refusal(const std::string& verb, const std::string& path) const {
    const bool is_folder = path == some_files().folder->name || path == some_files().named_folder->name ||
                           path == "/" || disk_.folders.contains(path);
    const bool wants_folder = verb == "CD" || verb == "LIST";
    const std::string file = path.substr(0, path.find('/'));
    const bool has_control = std::ranges::any_of(path, [](unsigned char c) { return c < 0x20 || c == 0x7f; });
    if (path.size() > 255 || has_control || !protocol::is_utf8(path)) return 400;
    if (path.starts_with("..")) return 403;
    if (is_folder) return wants_folder ? 0 : 409;
    if (disk_.folders.contains(file)) return 0;
    if (file != path) return disk_.files.contains(file) ? 409 : 404;
    if (wants_folder) return disk_.files.contains(path) ? 409 : 404;
    const bool asks_of_a_file = verb == "HASH" || verb == "SIZE" || verb == "RANGE";
    if (asks_of_a_file && !disk_.files.contains(path)) return 404;
    return 0;
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
