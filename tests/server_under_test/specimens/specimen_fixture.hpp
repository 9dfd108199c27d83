#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <filesystem>
#include <fstream>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "running_server.hpp"

namespace bftp::server::specimens {

using testing::Client;
using testing::RunningServer;

/// A specimen that runs on a root with a few files, and what can be seen of its process.
class SpecimenTest : public ::testing::Test {
 protected:
  SpecimenTest() {
    root_.write("file", content_);
    root_.write("small", "hello");
    root_.write("empty", "");
  }

  void start(const std::string& fault, std::vector<std::string> more = {}) {
    std::vector<std::string> options{"--fault", fault};
    options.insert(options.end(), more.begin(), more.end());
    server_ = std::make_unique<RunningServer>(root_.path(), std::move(options));
  }
  Client client() { return Client(*server_); }
  /// One transfer on a connection of its own.
  std::string get(const std::string& name = "file") { return client().fetch("GET " + name); }
  void get_times(int count) {
    for (int i = 0; i < count; ++i) ASSERT_EQ(get(), content_);
  }

  std::filesystem::path proc(const std::string& what) const {
    return "/proc/" + std::to_string(server_->pid()) + "/" + what;
  }
  long descriptors() const {
    return std::distance(std::filesystem::directory_iterator(proc("fd")),
                         std::filesystem::directory_iterator());
  }
  /// A line of /proc/PID/status as a number, "VmRSS", "Threads".
  long status(const std::string& key) const {
    std::ifstream file(proc("status"));
    for (std::string word; file >> word;) {
      long value = 0;
      if (word == key + ":" && file >> value) return value;
    }
    return -1;
  }
  /// CPU time of the whole process.
  std::chrono::milliseconds cpu() const {
    clockid_t clock{};
    timespec used{};
    EXPECT_EQ(::clock_getcpuclockid(server_->pid(), &clock), 0);
    EXPECT_EQ(::clock_gettime(clock, &used), 0);
    return std::chrono::milliseconds(used.tv_sec * 1000 + used.tv_nsec / 1'000'000);
  }
  /// Whether it comes true before the patience ends.
  template <class Condition>
  static bool comes(Condition condition) {
    for (const auto deadline = testing::soon(); !deadline.expired();
         std::this_thread::sleep_for(std::chrono::milliseconds(2)))
      if (condition()) return true;
    return condition();
  }

  const std::string content_ = testing::some_bytes(100'000);
  TemporaryFolder root_;
  std::unique_ptr<RunningServer> server_;
};

}  // namespace bftp::server::specimens
