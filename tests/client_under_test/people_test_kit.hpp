#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>

#include "client_under_test/people/commands.hpp"
#include "client_under_test/people/words.hpp"
#include "tests/client_under_test/people_fake_server.hpp"
#include "tests/temporary_folder.hpp"

namespace bftp::client::people::testing {

inline std::string read_file(const std::string& path) {
  std::ostringstream content;
  content << std::ifstream(path, std::ios::binary).rdbuf();
  return content.str();
}

inline void write_file(const std::string& path, const std::string& content) {
  std::ofstream(path, std::ios::binary) << content;
}

/// Content whose parts all differ.
inline std::string pattern(std::size_t size) {
  std::string bytes(size, '\0');
  for (std::size_t at = 0; at < size; ++at) bytes[at] = static_cast<char>(at * 31 + at / 251);
  return bytes;
}

/// How often a bar was drawn: each line of it has one share of the whole.
inline std::ptrdiff_t lines_drawn(const std::string& terminal) {
  return std::count(terminal.begin(), terminal.end(), '%');
}

/// A fake server, a session on it, and a folder of this machine that goes away with the test.
class SessionTest : public ::testing::Test {
 protected:
  SessionTest() { protocol::ignore_broken_pipes(); }
  std::string local(const std::string& name) const { return folder + "/" + name; }
  bool exists(const std::string& name) const { return std::filesystem::exists(local(name)); }

  /// Runs one line; 0 or the exit status. What failed is in `failure`.
  int run(const std::string& line) {
    const auto done = run_command(session, split_words(line).value());
    failure = done ? Failure{} : done.error();
    return done ? 0 : static_cast<int>(failure.cause);
  }

  const TemporaryFolder temporary;
  const std::string folder = temporary.path();
  FakeServer server;
  std::ostringstream out;
  std::ostringstream messages;
  Session session{.endpoint = server.endpoint(), .waits = {}, .out = out, .messages = messages};
  Failure failure;
};

}  // namespace bftp::client::people::testing
