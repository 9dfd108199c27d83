#pragma once

#include <functional>
#include <string>

#include "harness/drive/course.hpp"
#include "harness/drive/driver.hpp"
#include "harness/drive/giving_up.hpp"

namespace bftp::drive {

/// Drives a server that serves one connection and ends, as the textbook's first ones do: a fresh server for
/// each transfer, and so one client at a time. Every copy is recorded; times, CPU, memory and handles are
/// not, since each process lives for one transfer only. One thread.
class OnceDriver {
 public:
  /// Ends the server that was, and starts a fresh one, which lives until the next call. Errors end the run as
  /// `failed`.
  using Restart = std::function<protocol::Result<launch::ServerHandle*>()>;

  /// Of the seams, workers, the first arm, sink, time, stop, progress and epoch are used. Every worker takes
  /// part in each batch, so there should be one; the first server has been started already.
  OnceDriver(record::RunRecord& record, DriverSeams seams, Restart restart);

  void run();

 private:
  struct Step {
    protocol::Op op = protocol::Op::get;
    std::uint32_t fixture = 0;
    std::uint32_t iteration = 0;
  };
  std::uint64_t transfers_planned() const;
  DrivenArm& arm() { return seams_.arms.front(); }
  bool step(const Step& step);
  bool fresh_server();
  void take_in(const BatchResult& result);
  void await_end();
  void conclude();
  std::uint64_t transfers_done() const;
  std::string so_far() const;

  record::RunRecord& record_;
  DriverSeams seams_;
  Restart restart_;
  BatchRunner runner_;
  GivingUp giving_up_;
  Course course_;
  bool fresh_ = true;  ///< the session's server has not served yet
  std::uint64_t starts_ = 1;
  std::uint64_t lingered_ = 0;  ///< servers that had to be stopped after their connection
};

}  // namespace bftp::drive
