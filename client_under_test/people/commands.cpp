#include "client_under_test/people/commands.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <filesystem>
#include <iterator>
#include <ostream>

#include "client_under_test/people/download.hpp"
#include "client_under_test/people/pass_on.hpp"
#include "client_under_test/people/upload.hpp"
#include "client_under_test/people/visible.hpp"
#include "protocol/suggest.hpp"

namespace bftp::client::people {

using protocol::Verb;

namespace {

constexpr const char* standard_stream = "-";

std::string last_name(std::string_view path) {
  while (path.ends_with('/')) path.remove_suffix(1);
  return std::string(path.substr(path.rfind('/') + 1));
}

bool is_local_folder(const std::string& path) {
  std::error_code error;
  return std::filesystem::is_directory(path, error);
}

Outcome<std::string> ask(Session& session, Verb verb, const std::string& path = {}) {
  const auto remote = session.connected();
  if (!remote) return remote.error();
  return (*remote)->ask(verb, path);
}

Outcome<void> ask_and_show(Session& session, Verb verb, const std::string& path = {}) {
  const auto detail = ask(session, verb, path);
  if (!detail) return detail.error();
  session.out << visible(*detail) << '\n';
  return {};
}

/// For verbs that are done when they are OK.
template <Verb verb>
Outcome<void> ask_each(Session& session, const Call& call) {
  for (const auto& path : call.words) {
    if (const auto done = ask(session, verb, path); !done) return done.error();
  }
  return {};
}

template <Verb verb>
Outcome<void> ask_bare(Session& session, const Call&) {
  return ask_and_show(session, verb);
}

Outcome<void> get(Session& session, const Call& call) {
  const auto& remote_path = call.words[0];
  const auto name = last_name(remote_path);
  std::string local_path = call.words.size() > 1 ? call.words[1] : ".";
  if (local_path == standard_stream) {
    if (!call.flags.empty())
      return usage_failure("get -c and get -r need files, and - is the standard output");
    return show(session, remote_path);
  }
  const bool recursive = call.flags.contains('r');
  if (is_local_folder(local_path) && (is_safe_name(name) || !recursive)) {
    if (!is_safe_name(name)) return usage_failure("get needs the name of a file; get -r fetches folders");
    local_path = call.words.size() > 1 ? local_path + "/" + name : name;
  }
  if (recursive) return download_folder(session, remote_path, local_path, call.flags.contains('c'));
  return download(session, remote_path, local_path, call.flags.contains('c'));
}

Outcome<void> put(Session& session, const Call& call) {
  const auto& local_path = call.words[0];
  if (local_path == standard_stream) {
    return usage_failure(
        "put tells the server the size first and cannot know that of the standard input: store it from a "
        "file (one named - is ./-)");
  }
  std::string remote_path = call.words.size() > 1 ? call.words[1] : last_name(local_path);
  if (call.words.size() > 1 && remote_path.ends_with('/')) remote_path += last_name(local_path);
  if (!is_safe_name(last_name(remote_path)))
    return usage_failure("put needs a name for the server: put LOCAL REMOTE");
  if (call.flags.contains('r') && is_local_folder(local_path))
    return upload_folder(session, local_path, remote_path);
  // As get does with a folder of this machine.
  const auto name = last_name(local_path);
  const bool may_be_folder = call.words.size() > 1 && is_safe_name(name);
  return upload(session, local_path, remote_path, may_be_folder ? name : "");
}

Outcome<void> ls(Session& session, const Call& call) {
  const auto remote = session.connected();
  if (!remote) return remote.error();
  const auto entries = (*remote)->list(call.words.empty() ? "" : call.words[0]);
  if (!entries) return entries.error();
  std::size_t width = 0;
  for (const auto& entry : *entries) width = std::max(width, with_commas(entry.size).size());
  for (const auto& entry : *entries) {
    const auto size = entry.is_folder ? "-" : with_commas(entry.size);
    fmt::format_to(std::ostreambuf_iterator<char>(session.out), "{:>{}}  {}{}\n", size, width,
                   visible(entry.name), entry.is_folder ? "/" : "");
  }
  return {};
}

Outcome<void> cd(Session& session, const Call& call) {
  auto folder = ask(session, Verb::cd, call.words.empty() ? "/" : call.words[0]);
  if (!folder) return folder.error();
  session.folder = std::move(*folder);
  return {};
}

Outcome<void> mv(Session& session, const Call& call) {
  const auto remote = session.connected();
  if (!remote) return remote.error();
  protocol::Request request;
  request.verb = Verb::move;
  request.path = call.words[0];
  request.path_to = call.words[1];
  const auto moved = (*remote)->ask(request);
  if (!moved) return moved.error();
  return {};
}

template <class AskOf>
Outcome<void> show_of_each(Session& session, const Call& call, AskOf ask_of) {
  for (const auto& path : call.words) {
    const Outcome<std::string> detail = ask_of(path);
    if (!detail) return detail.error();
    session.out << *detail << "  " << visible(path) << '\n';
  }
  return {};
}

Outcome<std::string> ask_size(Session& session, const std::string& path) {
  const auto remote = session.connected();
  if (!remote) return remote.error();
  const auto bytes = (*remote)->ask_size(path);
  if (!bytes) return bytes.error();
  return std::to_string(*bytes);
}

Outcome<void> size(Session& session, const Call& call) {
  return show_of_each(session, call, [&session](const auto& path) { return ask_size(session, path); });
}

/// The server reads the whole file first: how long that may take follows from its size.
Outcome<std::string> ask_hash(Session& session, const std::string& path) {
  const auto remote = session.connected();
  if (!remote) return remote.error();
  const auto bytes = (*remote)->size(path);
  if (!bytes) return bytes.error();
  const auto digest = (*remote)->ask_hash(path, bytes->value_or(0));
  if (!digest) return digest.error();
  return protocol::to_hex(*digest);
}

Outcome<void> hash(Session& session, const Call& call) {
  return show_of_each(session, call, [&session](const auto& path) { return ask_hash(session, path); });
}

Outcome<void> cat(Session& session, const Call& call) {
  for (const auto& path : call.words) {
    if (auto shown = show(session, path); !shown) return shown;
  }
  return {};
}

Outcome<void> noop(Session& session, const Call&) {
  if (const auto answer = ask(session, Verb::noop); !answer) return answer.error();
  session.say("OK");
  return {};
}

Outcome<void> lcd(Session&, const Call& call) {
  if (::chdir(call.words[0].c_str()) != 0) return local_failure("cannot go to " + call.words[0]);
  return {};
}

Outcome<void> help(Session& session, const Call&) {
  session.out << command_help();
  return {};
}

/// Whoever reads commands line by line ends at the word itself.
Outcome<void> quit(Session&, const Call&) {
  return usage_failure("quit ends a dialogue or a script; a command of the command line ends by itself");
}

constexpr std::size_t many = 1000;

constexpr std::array table = {
    Command{"get", "[-c] [-r] REMOTE [LOCAL]",
            "fetch a file, LOCAL - shows it; -c continues a part, -r fetches a folder", "cr", 1, 2,
            Names::remote, get},
    Command{"put", "[-r] LOCAL [REMOTE]", "store a file, REMOTE may be a folder; -r stores a folder", "r", 1,
            2, Names::local, put},
    Command{"ls", "[PATH]", "list a folder: size and name of each entry", "", 0, 1, Names::remote, ls},
    Command{"cd", "[PATH]", "go to a folder; without one, to the root", "", 0, 1, Names::remote, cd},
    Command{"pwd", "", "show the current folder", "", 0, 0, Names::none, ask_bare<Verb::pwd>},
    Command{"rm", "FILE...", "delete files", "", 1, many, Names::remote, ask_each<Verb::del>},
    Command{"mkdir", "FOLDER...", "make folders", "", 1, many, Names::remote, ask_each<Verb::mkdir>},
    Command{"rmdir", "FOLDER...", "remove empty folders", "", 1, many, Names::remote, ask_each<Verb::rmdir>},
    Command{"mv", "FROM TO", "rename or move; replaces a file TO", "", 2, 2, Names::remote, mv},
    Command{"size", "FILE...", "show sizes in bytes", "", 1, many, Names::remote, size},
    Command{"hash", "FILE...", "show SHA-256 sums as the server has them", "", 1, many, Names::remote, hash},
    Command{"cat", "FILE...", "show files", "", 1, many, Names::remote, cat},
    Command{"feat", "", "show which extended verbs the server has", "", 0, 0, Names::none,
            ask_bare<Verb::feat>},
    Command{"noop", "", "ask for an OK, to see that the server is there", "", 0, 0, Names::none, noop},
    Command{"lcd", "FOLDER", "go to a folder of this machine", "", 1, 1, Names::local, lcd},
    Command{"help", "", "show this list", "", 0, 0, Names::none, help},
    Command{"quit", "", "end a dialogue or a script", "", 0, 0, Names::none, quit},
};

/// Flags stand before the other words; `--` ends them.
Outcome<Call> take_apart(const Command& command, const std::vector<std::string>& words) {
  Call call;
  auto at = words.begin() + 1;
  for (; at != words.end() && at->size() > 1 && at->front() == '-' && *at != "--"; ++at) {
    for (const char flag : at->substr(1)) {
      if (std::string_view(command.flags).find(flag) == std::string_view::npos) {
        return usage_failure(fmt::format("{} has no -{}; right is: {} {}", command.name, std::string(1, flag),
                                         command.name, command.usage));
      }
      call.flags.insert(flag);
    }
  }
  if (at != words.end() && *at == "--") ++at;
  call.words.assign(at, words.end());
  if (call.words.size() < command.words_min || call.words.size() > command.words_max) {
    return usage_failure(fmt::format("wrong number of words; right is: {} {}", command.name, command.usage));
  }
  const bool has_empty =
      std::any_of(call.words.begin(), call.words.end(), [](const auto& word) { return word.empty(); });
  if (has_empty) return usage_failure("a path is not empty");
  return call;
}

}  // namespace

std::span<const Command> commands() {
  return table;
}

const Command* find_command(std::string_view name) {
  const auto found =
      std::find_if(table.begin(), table.end(), [name](const auto& command) { return command.name == name; });
  return found == table.end() ? nullptr : &*found;
}

std::string unknown_command(std::string_view name) {
  const auto near = nearest_command(name);
  return "unknown command " + std::string(name) +
         (near ? ", did you mean " + *near + "?" : "; help lists those that there are");
}

std::optional<std::string> nearest_command(std::string_view name) {
  std::vector<std::string> names;
  for (const auto& command : table) names.emplace_back(command.name);
  return protocol::nearest(name, names);
}

Outcome<void> run_command(Session& session, const std::vector<std::string>& words) {
  const auto* command = find_command(words[0]);
  if (command == nullptr) return usage_failure(unknown_command(words[0]));
  const auto call = take_apart(*command, words);
  if (!call) return call.error();
  return command->run(session, *call);
}

std::string command_help() {
  std::string text;
  for (const auto& command : table) {
    fmt::format_to(std::back_inserter(text), "  {:<33} {}\n",
                   fmt::format("{} {}", command.name, command.usage), command.about);
  }
  return text;
}

}  // namespace bftp::client::people
