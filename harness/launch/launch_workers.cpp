#include <fcntl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <filesystem>

#include "harness/launch/executable.hpp"
#include "harness/launch/launcher.hpp"
#include "harness/launch/user_limits.hpp"
#include "harness/launch/worker_process.hpp"

namespace bftp::launch {
namespace {

using protocol::Error;
using protocol::ErrorKind;
using protocol::Result;
using protocol::UniqueFd;

/// The worker's own ends of its streams.
struct ChildEnds {
  UniqueFd input, output, error;
};

Result<void> make_pipe(UniqueFd& reading, UniqueFd& writing) {
  std::array<int, 2> ends{};
  if (::pipe2(ends.data(), O_CLOEXEC) != 0) return protocol::system_error("making a pipe for a worker");
  reading.reset(ends[0]);
  writing.reset(ends[1]);
  ::fcntl(ends[0], F_SETFL, O_NONBLOCK);
  return {};
}

/// Three descriptors for each worker: the usual soft limit of 1024 ends at some 340 workers. Servers keep the
/// user's limit.
void allow_many_descriptors() {
  static_cast<void>(users_descriptors_max());  // before it is ours
  rlimit limit{};
  if (::getrlimit(RLIMIT_NOFILE, &limit) != 0 || limit.rlim_cur == limit.rlim_max) return;
  limit.rlim_cur = limit.rlim_max;
  ::setrlimit(RLIMIT_NOFILE, &limit);
}

Result<void> make_streams(WorkerPipes& ours, ChildEnds& theirs) {
  std::array<int, 2> ends{};
  if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends.data()) != 0)
    return protocol::system_error("making a socket pair for a worker");
  ours.input.reset(ends[0]);
  theirs.input.reset(ends[1]);
  ::fcntl(ends[0], F_SETFL, O_NONBLOCK);
  if (auto made = make_pipe(ours.output, theirs.output); !made) return made;
  // Room for a block's records, so that workers need not wait for the driver. A refusal costs speed only.
  ::fcntl(ours.output.get(), F_SETPIPE_SZ, 256 * 1024);
  return make_pipe(ours.error, theirs.error);
}

Result<std::unique_ptr<WorkerChannel>> start_worker(std::uint32_t client, SpawnRequest request,
                                                    const std::shared_ptr<WorkerCrew>& crew) {
  WorkerPipes ours;
  ChildEnds theirs;
  if (auto made = make_streams(ours, theirs); !made) return made.error();
  request.standard_input = theirs.input.get();
  request.standard_output = theirs.output.get();
  request.standard_error = theirs.error.get();
  const auto pid = crew->processes().spawn(request);
  if (!pid) {
    const auto& problem = pid.error();
    return Error{
        ErrorKind::system,
        "a worker could not be started: " +
            (problem.message.empty() ? explain_exec_error(request.file, problem.error) : problem.message),
        problem.error};
  }
  crew->add(*pid);
  return make_worker_channel(client, *pid, std::move(ours), crew);
}

Result<SpawnRequest> make_request(const std::vector<std::string>& argv, const LaunchOptions& options) {
  if (argv.empty()) return Error{ErrorKind::invalid_input, "the command of the workers is empty", 0};
  SpawnRequest request;
  request.argv = argv;
  request.folder = options.folder.empty() ? std::filesystem::current_path().string() : options.folder;
  request.environment =
      make_environment(true, {});  // our own program, or the user's way to start it elsewhere
  request.cpus = options.worker_cpus;
  auto file = find_executable(argv.front(), value_of(request.environment, "PATH", ""), request.folder);
  if (!file) return Error{file.error().kind, "a worker could not be started: " + file.error().message, 0};
  request.file = *file;
  return request;
}

}  // namespace

Result<std::vector<std::unique_ptr<WorkerChannel>>> launch_workers(std::uint32_t count,
                                                                   const std::vector<std::string>& argv,
                                                                   const LaunchOptions& options,
                                                                   std::shared_ptr<LaunchSystem> system) {
  allow_many_descriptors();
  if (!system) system = make_launch_system();
  const auto guard =
      options.guard_path.empty() ? find_helper("bftp-guard") : Result<std::string>(options.guard_path);
  if (!guard) return guard.error();
  const auto request = make_request(argv, options);
  if (!request) return request.error();
  auto processes =
      system->start_guard({.guard_path = *guard,
                           .name = "workers",
                           .processes_max = options.worker_processes_max,
                           .use_cgroups = options.use_cgroups && options.worker_processes_max > 0});
  if (!processes) return processes.error();
  const auto crew = std::make_shared<WorkerCrew>(std::move(*processes));
  std::vector<std::unique_ptr<WorkerChannel>> workers;
  for (std::uint32_t client = 0; client < count; ++client) {
    auto worker = start_worker(client, *request, crew);
    if (!worker) return worker.error();
    workers.push_back(std::move(*worker));
  }
  return workers;
}

}  // namespace bftp::launch
