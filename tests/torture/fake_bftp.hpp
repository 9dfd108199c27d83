#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "protocol/conversation.hpp"
#include "protocol/request.hpp"
#include "tests/torture/fakes.hpp"

/// A BFTP server of a few verbs with a disk in memory, for cases that store, list and remove files.
namespace bftp::torture::fakes {

using record::CaseOutcome;

/// What is on the fake disk, and what the server thinks is.
struct Disk {
  std::map<std::string, std::string> files{{some_files().probe.name, some_files().probe.content}};
  std::map<std::string, std::string> cache;
  int stored = 0;
};

/// A right server of clauses 4.1, 4.2, 4.3 and 4.6. The wrong ones override a verb.
class BftpConnection : public FakeConnection {
 public:
  explicit BftpConnection(Disk& disk) : disk_(disk) {}

  void receive(std::string_view segment) override {
    input_ += segment;
    while (!closed && step()) {
    }
  }

 protected:
  virtual void get(const std::string& name) {
    const auto found = disk_.files.find(name);
    if (found == disk_.files.end()) return say("ERR 404 no such file");
    send_file(found->second);
  }
  virtual void begin_put(const std::string& name, std::size_t size) {
    upload_ = {name, size};
    say("OK");
  }
  virtual void put(const std::string& name, const std::string& content) {
    ++disk_.stored;
    disk_.files[name] = content;
    say("OK " + std::to_string(content.size()));
  }
  virtual void list() { send_file(listing()); }
  std::string listing() const {
    std::map<std::string, std::string> lines{{some_files().folder->name, "D 0 "}};
    for (const auto& [name, content] : disk_.files) lines[name] = "F " + std::to_string(content.size()) + " ";
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

 private:
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
    const auto size = *protocol::decode_header(input_.substr(0, protocol::header_size), 65'536);
    if (input_.size() < protocol::header_size + size) return false;
    const auto request = input_.substr(protocol::header_size, size);
    input_.erase(0, protocol::header_size + size);
    obey(request);
    return true;
  }

  void obey(const std::string& request) {
    const auto blank = request.find(' ');
    const auto verb = request.substr(0, blank);
    const auto argument = request.substr(blank + 1);
    if (verb == "GET") return get(argument);
    if (verb == "LIST") return list();
    if (verb == "DELETE") return del(argument);
    const auto second = argument.find(' ');
    begin_put(argument.substr(second + 1), std::stoul(argument.substr(0, second)));
  }

  std::string input_;
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
