#include "server_under_test/run_server.hpp"

#include <sys/resource.h>

#include <algorithm>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <iostream>

#include "server_under_test/logging_service.hpp"
#include "server_under_test/temporary_name.hpp"

namespace bftp::server {

namespace {

int cannot_start(const protocol::Error& error) {
  std::cerr << "bftpd: " << error.message << '\n';
  return EXIT_FAILURE;
}

void ignore_signals() {
  protocol::ignore_broken_pipes();
  // A server that was started from a terminal outlives it.
  static_cast<void>(std::signal(SIGHUP, SIG_IGN));
  // A file beyond RLIMIT_FSIZE is that client's ERR 507 (EFBIG), not everybody's end.
  static_cast<void>(std::signal(SIGXFSZ, SIG_IGN));
}

/// Descriptors for all clients: a socket and a file each, and a temporary file's folder.
ServingLimits fit_to_descriptors(ServingLimits limits, const ConcurrencyModel& model) {
  constexpr rlim_t for_a_client = 3;
  const rlim_t for_the_server = 64 + static_cast<rlim_t>(model.own_descriptors(limits));
  rlimit files{};
  if (::getrlimit(RLIMIT_NOFILE, &files) != 0) return limits;
  files.rlim_cur = files.rlim_max;
  ::setrlimit(RLIMIT_NOFILE, &files);
  ::getrlimit(RLIMIT_NOFILE, &files);
  if (files.rlim_cur == RLIM_INFINITY) return limits;
  const auto room = std::max(files.rlim_cur, for_the_server + for_a_client) - for_the_server;
  const auto clients = std::min<rlim_t>(room / for_a_client, static_cast<rlim_t>(limits.clients_max));
  if (static_cast<int>(clients) < limits.clients_max)
    std::cerr << "bftpd: room for " << clients << " clients instead of " << limits.clients_max
              << ": a process may have " << files.rlim_cur << " open files here (ulimit -n)\n";
  limits.clients_max = static_cast<int>(clients);
  return limits;
}

void print_banner(const std::string& line) {
  if (!line.empty()) std::cout << line << std::endl;
}

/// Serves until the stop. What is left of the service afterwards may still be in use by a thread that hangs:
/// then the process ends without destroying it.
int serve(const Options& options, Lifecycle& lifecycle, Service& service, const Stop& stop) {
  const Front front{*find_dialect(options.dialect), service};
  auto listener = protocol::listen_on(options.endpoint);
  if (!listener) return cannot_start(listener.error());
  lifecycle.listening(listener->endpoint);
  print_banner(lifecycle.banner(listener->endpoint));
  const auto model = make_model(options.model);
  const bool of_one_process = options.model != "fork";  // whose children have descriptors of their own
  const auto limits = of_one_process ? fit_to_descriptors(options.limits, *model) : options.limits;
  const auto served = model->serve(*listener, front, limits, stop);
  if (served) return lifecycle.exit_status(EXIT_SUCCESS);
  if (served.error().kind != protocol::ErrorKind::deadline) return cannot_start(served.error());
  service.tidy_up();  // after children that had to be killed
  std::cout.flush();
  std::_Exit(lifecycle.exit_status(EXIT_SUCCESS));
}

}  // namespace

int run_server(const Options& options, Lifecycle& lifecycle, const Decorate& decorate) {
  ignore_signals();
  lifecycle.before_listening();
  // Before what may take long in a large root: who wants the server to end need not wait for that (6.3).
  const auto stop = Stop::on_signals();
  if (!stop) return cannot_start(stop.error());
  auto root = RootFolder::open(options.root, options.openat2);
  if (!root) return cannot_start(root.error());
  if (!options.files.read_only) remove_orphans((*root)->fd(), &*stop);
  std::unique_ptr<Service> service = std::make_unique<FileService>(std::move(*root), options.files, &*stop);
  if (decorate) service = decorate(std::move(service));
  if (options.log) {
    auto log = LogFile::open(options.log_file);
    if (!log) return cannot_start(log.error());
    service = std::make_unique<LoggingService>(std::move(service), std::move(*log));
  }
  if (stop->requested()) return lifecycle.exit_status(EXIT_SUCCESS);
  return serve(options, lifecycle, *service, *stop);
}

}  // namespace bftp::server
