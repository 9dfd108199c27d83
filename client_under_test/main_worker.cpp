/// bftp-worker: the process that the harness spawns N of. A job and then blocks of transfers on standard
/// input, a record for each transfer on standard output, nothing else in between; see docs/worker.md.

#include <signal.h>
#include <sys/prctl.h>
#include <unistd.h>

#include <cstdio>
#include <string>
#include <string_view>

#include "client_under_test/worker/lines.hpp"
#include "client_under_test/worker/worker.hpp"
#include "protocol/worker_channel.hpp"

namespace {

using namespace bftp;

enum ExitStatus { exit_done = 0, exit_usage = 64, exit_machine = 71, exit_output = 74 };

constexpr const char* help_text =
    "bftp-worker: runs transfers for bftp-torture\n"
    "\n"
    "usage: bftp-worker < job > records\n"
    "       bftp-worker --help | --version\n"
    "\n"
    "Standard input: one JSON line with a job, then one for each block of transfers, then the end of the "
    "file.\n"
    "Standard output: one JSON line for each transfer, after its block. docs/worker.md describes both.\n"
    "Exit status: 0 done, 64 wrong usage or a malformed line, 71 this machine failed, 74 nobody reads the "
    "records.\n";

int complain(int status, const std::string& message) {
  std::fprintf(stderr, "bftp-worker: %s\n", message.c_str());
  return status;
}

int status_of(const protocol::Error& error) {
  switch (error.kind) {
    case protocol::ErrorKind::closed:
      return exit_output;
    case protocol::ErrorKind::invalid_input:
    case protocol::ErrorKind::malformed:
    case protocol::ErrorKind::too_long:
      return exit_usage;
    default:
      return exit_machine;
  }
}

/// A parent may hand down a signal mask and ignored signals. SIGTERM has to end us; a server or a parent that
/// goes away must not.
void take_signals_back() {
  sigset_t none;
  sigemptyset(&none);
  sigprocmask(SIG_SETMASK, &none, nullptr);
  signal(SIGTERM, SIG_DFL);
  signal(SIGINT, SIG_DFL);
  signal(SIGCHLD, SIG_DFL);  // else nobody tells how an external client has ended
  signal(SIGPIPE, SIG_IGN);
  prctl(PR_SET_TIMERSLACK, 1UL);  // open loops wake at the time that they asked for
}

/// Tells the parent that the block's transfers are over, and waits for its word. Anything else than that word
/// is the parent's mistake or its end.
bool await_verify(const protocol::WorkerBlock& block, client::worker::LineReader& input,
                  client::worker::LineWriter& output) {
  using Kind = protocol::WorkerSignal::Kind;
  if (!output.write(encode(protocol::WorkerSignal{Kind::transferred, block.block})) || !output.flush())
    return false;
  const auto line = input.next();
  if (!line || !*line) return false;
  const auto signal = protocol::parse_worker_signal(**line);
  return signal && *signal == protocol::WorkerSignal{Kind::verify, block.block};
}

protocol::Result<void> run_block(client::worker::Worker& worker, std::string_view line,
                                 client::worker::LineReader& input, client::worker::LineWriter& output) {
  const auto block = protocol::parse_worker_block(line);
  if (!block) return block.error();
  auto ran = worker.run(
      *block, [&](const protocol::WorkerRecord& record) { return output.write(encode(record)); },
      [&](const protocol::WorkerBlock& held) { return await_verify(held, input, output); });
  if (ran && !output.flush())
    return protocol::Error{protocol::ErrorKind::closed, "nobody reads the records", 0};
  return ran;
}

int run_job(client::worker::LineReader& input, client::worker::LineWriter& output) {
  const auto line = input.next();
  if (!line) return complain(status_of(line.error()), "reading the job: " + line.error().message);
  if (!*line) return exit_done;
  auto job = protocol::parse_worker_job(**line);
  if (!job) return complain(exit_usage, "the job: " + job.error().message);
  auto worker = client::worker::Worker::prepare(std::move(*job));
  if (!worker) return complain(status_of(worker.error()), "the job: " + worker.error().message);
  while (true) {
    const auto next = input.next();
    if (!next) return complain(status_of(next.error()), "reading a block: " + next.error().message);
    if (!*next) return exit_done;
    const auto ran = run_block(**worker, **next, input, output);
    if (!ran) return complain(status_of(ran.error()), "a block: " + ran.error().message);
  }
}

}  // namespace

int main(int argc, char** argv) {
  if (argc == 2 && std::string_view(argv[1]) == "--help")
    return std::fputs(help_text, stdout) < 0 ? exit_output : exit_done;
  if (argc == 2 && std::string_view(argv[1]) == "--version") {
    return std::puts("bftp-worker " BFTP_VERSION) < 0 ? exit_output : exit_done;
  }
  if (argc > 1)
    return complain(exit_usage, std::string("unknown argument \"") + argv[1] + "\"; see bftp-worker --help");
  take_signals_back();
  client::worker::LineReader input(STDIN_FILENO);
  client::worker::LineWriter output(STDOUT_FILENO);
  return run_job(input, output);
}
