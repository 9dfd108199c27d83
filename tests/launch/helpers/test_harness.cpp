/// A harness that launches a server and two workers, says so, and then waits to be killed:
/// launch_test_harness GUARD FOLDER COMMAND... . Prints the process ids of everybody in the tree, then
/// "ready".
#include <unistd.h>

#include <cstdio>

#include "harness/launch/launcher.hpp"

int main(int argc, char** argv) {
  using namespace bftp;
  if (argc < 4) return 64;
  plan::ServerSpec spec;
  spec.kind = plan::ServerKind::command;
  spec.argv_template.assign(argv + 3, argv + argc);
  launch::LaunchOptions options;
  options.guard_path = argv[1];
  options.run_folder = options.root = options.folder = argv[2];
  auto server = launch::launch_server(spec, options);
  if (!server) {
    std::fprintf(stderr, "%s\n", server.error().message.c_str());
    return 3;
  }
  auto workers = launch::launch_workers(2, {"/bin/sh", "-c", "sleep 1000 & wait"}, options);
  if (!workers) return 3;
  std::printf("guard %d\nguard %d\nready\n", *(*server)->tree().guard, ::getpid());
  std::fflush(stdout);
  while (true) ::pause();
}
