#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "tests/torture/fakes.hpp"

/// A server of FTP that is a few functions. The servers of the tests that are wrong derive from FtpControl.
namespace bftp::torture::fakes {

class FtpData final : public FakeConnection {
 public:
  void receive(std::string_view segment) override { received_ += segment; }
  /// The client has closed its side: what it sent is whole.
  void end() override {
    if (take) std::exchange(take, {})(received_);
    FakeConnection::end();
  }

  std::function<void(const std::string&)> take;

 private:
  std::string received_;
};

/// The data connections that were made, by port. The wire owns a connection, and the table forgets it when
/// the control connection has filled it.
struct FtpPorts {
  std::map<std::uint16_t, FtpData*> made;
  std::uint16_t last = 1'000;
};

/// A right server of clause 7.8.
class FtpControl : public FakeConnection {
 public:
  explicit FtpControl(FtpPorts& ports) : ports_(ports) { say("220 ready"); }

  void receive(std::string_view segment) override {
    input_ += segment;
    for (auto end = input_.find('\n'); end != std::string::npos && !closed; end = input_.find('\n')) {
      auto line = input_.substr(0, end);
      input_.erase(0, end + 1);
      if (line.ends_with('\r')) line.pop_back();
      obey(line);
    }
  }

 protected:
  virtual void obey(const std::string& line) {
    const auto blank = line.find(' ');
    const auto verb = line.substr(0, blank);
    const auto argument = blank == std::string::npos ? std::string() : line.substr(blank + 1);
    commands.push_back(line);
    if (verb == "USER") return say("331 password");
    if (verb == "PASS") return say("230 come in");
    if (verb == "TYPE" || verb == "NOOP") return say("200 fine");
    if (verb == "PASV") return pasv();
    if (verb == "PWD") return say("257 \"" + folder + "\" is the current directory");
    if (verb == "CWD") return cwd(argument);
    if (verb == "LIST")
      return send_data(
          "drwxr-xr-x 2 0 0 4096 Jan 01 00:00 folder\r\n"
          "-rw-r--r-- 1 0 0 20 Jan 01 00:00 probe.bin\r\n");
    if (verb == "RETR") return retr(argument);
    say("500 " + verb + " not understood");
  }

  virtual void pasv() {
    ++ports_.last;
    say("227 Entering Passive Mode (10,0,0,9," + std::to_string(ports_.last / 256) + "," +
        std::to_string(ports_.last % 256) + ").");
  }

  virtual void cwd(const std::string& to) {
    const bool known = to == some_files().folder->name || to == "..";
    if (known) folder = to == ".." ? "/" : "/" + to;
    say(known ? "250 changed" : "550 no such folder");
  }

  virtual void retr(const std::string& name) {
    const auto files = some_files();
    const bool inside = folder != "/";
    if (inside && name == files.folder->file.name) return send_data(files.folder->file.content);
    if (!inside && name == files.probe.name) return send_data(files.probe.content);
    if (!inside && name == files.long_named->name) return send_data(files.long_named->content);
    refuse();
  }

  virtual void refuse() { say("550 no such file"); }

  void send_data(const std::string& content) {
    const auto found = ports_.made.find(ports_.last);
    if (found == ports_.made.end()) return say("425 no data connection");
    say("150 it comes");
    found->second->out = content;
    found->second->closed = true;
    ports_.made.erase(found);
    say("226 done");
  }

  /// What the client sends over the data connection goes to `store` once it is whole; then the reply comes.
  void take_data(std::function<void(const std::string&)> store) {
    const auto found = ports_.made.find(ports_.last);
    if (found == ports_.made.end()) return say("425 no data connection");
    say("150 go on");
    found->second->take = [this, store = std::move(store)](const std::string& content) {
      store(content);
      say("226 done");
    };
    ports_.made.erase(found);
  }

  void say(const std::string& line) { out += line + "\r\n"; }

  std::string folder = "/";
  std::vector<std::string> commands;

 private:
  FtpPorts& ports_;
  std::string input_;
};

/// A server of `Control`, to be tried.
template <class Control = FtpControl>
class FtpSubject {
 public:
  FtpSubject() : subject([this] { return std::make_unique<Control>(ports_); }) {
    subject.make_data = [this](std::uint16_t port) -> std::unique_ptr<FakeConnection> {
      if (port != ports_.last) return nullptr;
      auto data = std::make_unique<FtpData>();
      ports_.made[port] = data.get();
      return data;
    };
  }

 private:
  FtpPorts ports_;

 public:
  FakeSubject subject;
};

}  // namespace bftp::torture::fakes
