#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>

#include <algorithm>
#include <cctype>
#include <cerrno>
#include <cstring>
#include <filesystem>

#include "harness/launch/executable.hpp"
#include "harness/launch/last_lines.hpp"
#include "harness/launch/launcher.hpp"
#include "harness/launch/readiness.hpp"
#include "harness/launch/server_process.hpp"
#include "harness/launch/user_limits.hpp"
#include "harness/plan/command_template.hpp"

namespace bftp::launch {
namespace {

using protocol::Error;
using protocol::ErrorKind;
using protocol::Result;
using protocol::UniqueFd;
using Seconds = std::chrono::duration<double>;
using namespace std::chrono_literals;

std::vector<std::string> fill_in(const std::vector<std::string>& words, const protocol::Endpoint& endpoint,
                                 const std::string& root) {
  return plan::substitute(words,
                          {{"host", endpoint.host}, {"port", std::to_string(endpoint.port)}, {"root", root}});
}

/// A folder's name may hold braces, which a template has to double.
std::string escape_braces(std::string_view text) {
  std::string result;
  for (const char letter : text) result.append(letter == '{' || letter == '}' ? 2 : 1, letter);
  return result;
}

/// A start that failed, and whether another port may help.
struct StartProblem {
  StartFault fault = StartFault::exited;
  Error error;
};

using StartOutcome = std::variant<ServerParts, StartProblem>;

std::string joined(const std::vector<std::string>& argv) {
  return printable(plan::quote_command(argv));
}

/// The end of what the server printed, quoted line by line.
std::string quote(OutputCapture& output) {
  constexpr std::size_t lines_shown = 12;
  output.settle(200);
  auto lines = output.last_error_lines(lines_shown);
  if (lines.empty()) lines = output.last_out_lines(lines_shown);
  if (lines.empty()) return "\n  it printed nothing";
  std::string text = "\n  its last lines:";
  for (const auto& line : lines) text += "\n    | " + printable(line);
  return text;
}

/// What servers of many languages print when bind fails with EADDRINUSE.
bool says_port_taken(OutputCapture& output) {
  auto lines = output.last_error_lines(LastLines::lines_max);
  for (auto& line : output.last_out_lines(LastLines::lines_max)) lines.push_back(std::move(line));
  for (auto& line : lines) {
    std::transform(line.begin(), line.end(), line.begin(),
                   [](unsigned char letter) { return static_cast<char>(std::tolower(letter)); });
    for (const char* word : {"address already in use", "address in use", "eaddrinuse", "is taken"})
      if (line.find(word) != std::string::npos) return true;
  }
  return false;
}

/// One attempt to start a server on one port.
class ServerStart {
 public:
  ServerStart(const plan::ServerSpec& spec, const LaunchOptions& options,
              const std::vector<std::string>& words, std::shared_ptr<LaunchSystem> system)
      : spec_(spec), options_(options), template_(words) {
    parts_.system = std::move(system);
    parts_.root = options.root;
    parts_.stop_timeout = Seconds(spec.stop_timeout_s);
    parts_.hurry = options.hurry;
    wish_.timeout = Seconds(spec.ready_timeout_s);
    wish_.elsewhere_patience = Seconds(options.elsewhere_patience_s);
    // Braces may be doubled, so what counts is not the text but whether another port makes another command.
    wish_.port_given =
        !options.asks_for_any_port && fill_in(words, {"", 1}, "") != fill_in(words, {"", 2}, "");
  }

  StartOutcome run() {
    if (auto done = prepare(); !done) return StartProblem{StartFault::exited, done.error()};
    if (auto done = spawn(); !done) return StartProblem{StartFault::exited, done.error()};
    return wait_until_ready();
  }

 private:
  Result<void> prepare() {
    wish_.endpoint = options_.listen_on;
    if (wish_.endpoint.port == 0 && wish_.port_given) {
      auto port = parts_.system->choose_port();
      if (!port) return port.error();
      parts_.port = std::move(*port);
      wish_.endpoint.port = parts_.port.number;
    } else if (wish_.port_given && !parts_.system->port_is_free(wish_.endpoint.port, PortTest::lenient)) {
      return Error{
          ErrorKind::system,
          fmt::format("port {} is in use already, so the server cannot have it", wish_.endpoint.port),
          EADDRINUSE};
    }
    argv_ = fill_in(template_, wish_.endpoint, options_.root);
    return start_helpers();
  }

  Result<void> start_helpers() {
    const std::string name = record::to_string(options_.arm);
    const auto target = [&](const char* suffix) {
      return CaptureTarget{options_.run_folder + "/" + name + suffix, spec_.output_max_bytes,
                           options_.appends_output};
    };
    auto output = parts_.system->start_capture(target(".out"), target(".err"));
    if (!output) return output.error();
    parts_.output = std::move(*output);
    auto processes = parts_.system->start_guard({.guard_path = options_.guard_path,
                                                 .name = name,
                                                 .processes_max = options_.processes_max,
                                                 .use_cgroups = options_.use_cgroups,
                                                 .memory_max_bytes = memory_bound(spec_.memory_max_bytes)});
    if (!processes) return processes.error();
    parts_.processes = std::move(*processes);
    return {};
  }

  Result<void> spawn() {
    SpawnRequest request;
    request.argv = argv_;
    request.folder = options_.folder.empty() ? std::filesystem::current_path().string() : options_.folder;
    request.environment = make_environment(options_.inherit_environment, options_.extra_environment);
    if (auto made = give_temporary_folder(request.environment); !made) return made;
    const auto path = value_of(request.environment, "PATH", "");
    auto file = find_executable(argv_.front(), path, request.folder);
    if (!file) return with_command(file.error());
    request.file = *file;
    request.cpus = options_.server_cpus;
    request.limits = options_.server_limits;
    if (request.limits.descriptors_max == 0) request.limits.descriptors_max = users_descriptors_max();
    const UniqueFd nothing(::open("/dev/null", O_RDONLY | O_CLOEXEC));
    request.standard_input = nothing.get();
    request.standard_output = parts_.output->out_descriptor();
    request.standard_error = parts_.output->error_descriptor();
    started_at_ = parts_.system->now();
    const auto pid = parts_.processes->spawn(request);
    if (!pid) return with_command(explain(pid.error(), request));
    parts_.pid = *pid;
    parts_.output->release_descriptors();
    return {};
  }

  Result<void> give_temporary_folder(std::vector<std::string>& environment) const {
    const auto& folder = options_.temporary_folder;
    if (folder.empty()) return {};
    if (::mkdir(folder.c_str(), 0700) != 0 && errno != EEXIST)
      return protocol::system_error("making '" + folder + "' for the server's temporary files");
    const std::vector<std::string> names{"TMPDIR", "TMP", "TEMP"};
    std::erase_if(environment, [&](const std::string& entry) {
      return std::find(names.begin(), names.end(), entry.substr(0, entry.find('='))) != names.end();
    });
    for (const auto& name : names) environment.push_back(name + "=" + folder);
    return {};
  }

  static Error explain(const SpawnProblem& problem, const SpawnRequest& request) {
    if (!problem.message.empty()) return {ErrorKind::system, problem.message, problem.error};
    if (problem.step == guard::SpawnStep::exec)
      return {ErrorKind::not_found, explain_exec_error(request.file, problem.error), problem.error};
    if (problem.step == guard::SpawnStep::folder)
      return protocol::system_error(problem.error, "entering the folder '" + request.folder + "'");
    return protocol::system_error(problem.error, "starting a process");
  }

  Error with_command(Error error) const {
    error.message = "the server could not be started: " + error.message + "\n  command: " + joined(argv_);
    return error;
  }

  StartOutcome wait_until_ready() {
    protocol::Clock::duration interval = 1ms;
    while (true) {
      const auto snapshot = look();
      const auto state = judge_start(snapshot, wish_);
      if (const auto* ready = std::get_if<StartReady>(&state)) {
        parts_.endpoint = ready->endpoint;
        parts_.daemonised = ready->daemonised;
        return std::move(parts_);
      }
      if (const auto* failed = std::get_if<StartFailed>(&state)) return give_up(*failed);
      if (options_.hurry != nullptr && options_.hurry->load())
        return give_up({StartFault::interrupted, "interrupted before the server was ready"});
      parts_.system->pause(interval);
      interval = std::min<protocol::Clock::duration>(interval * 2, 20ms);
    }
  }

  StartSnapshot look() {
    StartSnapshot now;
    now.exited = parts_.processes->exited(parts_.pid);
    const auto pids = parts_.processes->list();
    now.tree_alive = !pids.empty();
    if (auto listening = parts_.system->sockets().listening()) now.listening = std::move(*listening);
    auto holdings = parts_.system->sockets().held_by(pids);
    now.held = std::move(holdings.inodes);
    now.held_whole = holdings.whole;
    now.announced = parts_.output->announced();
    now.since_start = parts_.system->now() - started_at_;
    note_elsewhere(now);
    return now;
  }

  void note_elsewhere(StartSnapshot& now) {
    const bool listens =
        std::any_of(now.listening.begin(), now.listening.end(),
                    [&](const TcpSocket& socket) { return now.held.contains(socket.inode); });
    if (!listens) elsewhere_since_.reset();
    if (listens && !elsewhere_since_) elsewhere_since_ = parts_.system->now();
    if (elsewhere_since_) now.elsewhere_for = parts_.system->now() - *elsewhere_since_;
  }

  StartProblem give_up(const StartFailed& failed) {
    parts_.processes->kill_all(protocol::Deadline::after(10s));
    const bool taken = failed.fault == StartFault::exited && says_port_taken(*parts_.output);
    Error error{ErrorKind::system, failed.message + "\n  command: " + joined(argv_) + quote(*parts_.output),
                0};
    return {taken ? StartFault::port_taken : failed.fault, std::move(error)};
  }

  const plan::ServerSpec& spec_;
  const LaunchOptions& options_;
  const std::vector<std::string>& template_;
  StartWish wish_;
  ServerParts parts_;
  std::vector<std::string> argv_;
  protocol::Clock::time_point started_at_{};
  std::optional<protocol::Clock::time_point> elsewhere_since_;
};

Result<std::vector<std::string>> command_of(const plan::ServerSpec& spec, const LaunchOptions& options) {
  if (!spec.argv_template.empty()) return spec.argv_template;
  if (spec.kind != plan::ServerKind::reference)
    return Error{ErrorKind::invalid_input, "the command of the server under test is empty", 0};
  std::string file = options.server_path;
  if (file.empty()) {
    auto found = find_helper("bftpd");
    if (!found) return found.error();
    file = *found;
  }
  std::vector<std::string> words{
      escape_braces(file), "--host", "{host}", "--port", "{port}", "--root", "{root}"};
  if (!spec.model.empty()) words.insert(words.end(), {"--model", spec.model});
  if (spec.dialect != "bftp") words.insert(words.end(), {"--dialect", spec.dialect});
  return words;
}

}  // namespace

Result<std::unique_ptr<ServerHandle>> launch_server(const plan::ServerSpec& spec, const LaunchOptions& given,
                                                    std::shared_ptr<LaunchSystem> system) {
  if (!system) system = make_launch_system();
  if (spec.kind == plan::ServerKind::attached) return attach_server(spec, system);
  LaunchOptions options = given;
  if (options.guard_path.empty()) {
    auto guard = find_helper("bftp-guard");
    if (!guard) return guard.error();
    options.guard_path = *guard;
  }
  const auto words = command_of(spec, options);
  if (!words) return words.error();
  for (int attempt = 1;; ++attempt) {
    auto outcome = ServerStart(spec, options, *words, system).run();
    if (auto* parts = std::get_if<ServerParts>(&outcome)) return make_server_process(std::move(*parts));
    const auto& problem = std::get<StartProblem>(outcome);
    const bool again = problem.fault == StartFault::port_taken && options.listen_on.port == 0;
    if (!again || attempt >= options.port_attempts) return problem.error;
  }
}

}  // namespace bftp::launch
