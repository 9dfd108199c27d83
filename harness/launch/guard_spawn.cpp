#include "harness/launch/guard_spawn.hpp"

#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>

#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wconversion"
#pragma GCC diagnostic ignored "-Wsign-conversion"
#pragma GCC diagnostic ignored "-Wold-style-cast"
#pragma GCC diagnostic ignored "-Wshadow"
#pragma GCC diagnostic ignored "-Wunused-parameter"
#include <boost/asio/io_context.hpp>
#include <boost/process/v2/posix/default_launcher.hpp>
#include <boost/process/v2/process.hpp>
#include <boost/process/v2/stdio.hpp>
#pragma GCC diagnostic pop

namespace bftp::launch {
namespace {

namespace process = boost::process::v2;

/// Lets one descriptor through, and ends a child whose exec failed without running our exit handlers in it.
struct KeepDescriptor {
  int descriptor;

  template <class Launcher, class... Rest>
  boost::system::error_code on_setup(Launcher& launcher, Rest&&...) {
    launcher.fd_whitelist.push_back(descriptor);
    return {};
  }
  template <class... Rest>
  boost::system::error_code on_exec_setup(Rest&&...) {
    ::fcntl(descriptor, F_SETFD, 0);
    return {};
  }
  template <class... Rest>
  void on_exec_error(Rest&&...) {
    ::_exit(127);
  }
};

}  // namespace

protocol::Result<int> spawn_guard(const std::string& path, const std::vector<std::string>& arguments,
                                  int kept) {
  boost::asio::io_context context;
  process::posix::default_launcher launcher;
  boost::system::error_code problem;
  auto child = launcher(context.get_executor(), problem, process::filesystem::path(path), arguments,
                        process::process_stdio{nullptr, nullptr, {}}, KeepDescriptor{kept});
  if (problem) {
    if (launcher.pid > 0) ::waitpid(launcher.pid, nullptr, 0);
    return protocol::system_error(problem.value(), "starting '" + path + "'");
  }
  const int pid = child.id();
  child.detach();  // its destructor would kill the guard
  return pid;
}

}  // namespace bftp::launch
