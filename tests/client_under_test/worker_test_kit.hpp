#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include "client_under_test/worker/worker.hpp"
#include "tests/client_under_test/worker_fake_server.hpp"
#include "tests/temporary_folder.hpp"

namespace bftp::client::worker::testing {

inline std::string read_file(const std::filesystem::path& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
}

inline void write_file(const std::filesystem::path& path, std::string_view content) {
  std::ofstream(path, std::ios::binary) << content;
}

/// `size` bytes without a short period.
inline std::string noise(std::size_t size, std::uint32_t state = 1) {
  std::string bytes(size, '\0');
  for (auto& byte : bytes) {
    state = state * 1664525u + 1013904223u;
    byte = static_cast<char>(state >> 24);
  }
  return bytes;
}

/// A folder with fixtures, a job over them, and the means to run a block of it.
class WorkerTest : public ::testing::Test {
 protected:
  WorkerTest() {
    ::signal(SIGPIPE, SIG_IGN);  // as the worker's main() does: sendfile(2) has no MSG_NOSIGNAL
    std::filesystem::create_directories(folder() / "evidence");
    std::filesystem::create_directories(folder() / "root");
    job.transfer_deadline_s = 10;
    job.arena_bytes = 1u << 20;
    job.hash_threads = 2;
    job.evidence_folder = (folder() / "evidence").string();
  }

  const std::filesystem::path& folder() const { return temporary_.path(); }

  /// Adds a fixture with a local copy; returns its index.
  std::uint32_t add_fixture(const std::string& name, const std::string& content) {
    const auto path = folder() / ("local-" + std::to_string(job.fixtures.size()));
    write_file(path, content);
    job.fixtures.push_back({name, content.size(), protocol::sha256(content), path.string()});
    return static_cast<std::uint32_t>(job.fixtures.size() - 1);
  }

  static protocol::WorkerBlock block_to(std::uint16_t port, protocol::Op op = protocol::Op::get,
                                        std::uint32_t iterations = 1) {
    protocol::WorkerBlock block;
    block.port = port;
    block.op = op;
    block.iterations = iterations;
    block.fixtures = {0};
    return block;
  }

  std::vector<protocol::WorkerRecord> run(const protocol::WorkerBlock& block) {
    std::vector<protocol::WorkerRecord> records;
    if (!worker) {
      auto prepared = Worker::prepare(job);
      EXPECT_TRUE(prepared.has_value()) << prepared.error().message;
      if (!prepared) return records;
      worker = std::move(*prepared);
    }
    const auto ran = worker->run(block, [&](const protocol::WorkerRecord& record) {
      records.push_back(record);
      return true;
    });
    EXPECT_TRUE(ran.has_value()) << ran.error().message;
    return records;
  }

  /// Runs one GET of fixture 0 against a server that plays `script` to each connection.
  protocol::WorkerRecord get_from(FakeServer::Script script) {
    FakeServer server(std::move(script));
    const auto records = run(block_to(server.port()));
    EXPECT_EQ(records.size(), 1u);
    return records.empty() ? protocol::WorkerRecord() : records.front();
  }

  protocol::WorkerJob job;
  std::unique_ptr<Worker> worker;

 private:
  TemporaryFolder temporary_;
};

/// Answers GET of anything with `content` until the client leaves.
inline FakeServer::Script serves(std::string content) {
  return [content = std::move(content)](Peer& peer) {
    while (peer.receive_message()) {
      if (!peer.send_file(content)) return;
    }
  };
}

}  // namespace bftp::client::worker::testing
