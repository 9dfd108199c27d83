#pragma once

#include <memory>
#include <vector>

#include "harness/launch/processes.hpp"
#include "protocol/unique_fd.hpp"

namespace bftp::launch {

/// The process tree that all workers of one launch share. When the last worker's channel goes, those that
/// still run get 0.3 s to end by themselves (their input is closed by then), then SIGTERM and 0.7 s, then all
/// are killed.
class WorkerCrew {
 public:
  explicit WorkerCrew(std::unique_ptr<Processes> processes) : processes_(std::move(processes)) {}
  ~WorkerCrew();
  WorkerCrew(const WorkerCrew&) = delete;
  WorkerCrew& operator=(const WorkerCrew&) = delete;

  Processes& processes() { return *processes_; }
  void add(int pid) { pids_.push_back(pid); }

 private:
  std::unique_ptr<Processes> processes_;
  std::vector<int> pids_;
};

/// Our ends of a worker's three streams, non-blocking. `input` is a socket, so that writing to a worker that
/// has gone raises no SIGPIPE.
struct WorkerPipes {
  protocol::UniqueFd input, output, error;
};

std::unique_ptr<WorkerChannel> make_worker_channel(std::uint32_t client, int pid, WorkerPipes pipes,
                                                   std::shared_ptr<WorkerCrew> crew);

}  // namespace bftp::launch
