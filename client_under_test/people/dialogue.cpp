#include "client_under_test/people/dialogue.hpp"

#include <algorithm>
#include <filesystem>
#include <istream>
#include <ostream>

#include "client_under_test/people/interrupt.hpp"
#include "client_under_test/people/line_editor.hpp"
#include "client_under_test/people/visible.hpp"
#include "client_under_test/people/words.hpp"

namespace bftp::client::people {

namespace {

bool is_quit(const std::string& word) {
  return word == "quit" || word == "exit" || word == "bye";
}

std::vector<KnownName> local_names(const std::string& folder) {
  std::vector<KnownName> names;
  std::error_code error;
  for (std::filesystem::directory_iterator at(folder.empty() ? "." : folder, error), end; !error && at != end;
       at.increment(error)) {
    std::error_code ignored;
    names.push_back({at->path().filename().string(), at->is_directory(ignored)});
  }
  return names;
}

std::vector<KnownName> remote_names(Session& session, const std::string& folder) {
  const auto remote = session.connected();
  if (!remote) return {};
  const auto entries = (*remote)->list(folder);
  std::vector<KnownName> names;
  if (!entries) return names;
  for (const auto& entry : *entries) names.push_back({entry.name, entry.is_folder});
  return names;
}

/// Does what Ctrl-C interrupts. After an interrupt the connection is closed: it is shut down already.
template <class Work>
auto interruptibly(Session& session, Work work) {
  const InterruptGuard guard;
  auto done = work(guard);
  if (guard.happened() && session.remote) session.remote->close();
  return done;
}

/// A command that was interrupted fails for no other reason; one that was done nonetheless has not failed.
Outcome<void> run_interruptibly(Session& session, const std::vector<std::string>& words) {
  return interruptibly(session, [&](const InterruptGuard& guard) {
    auto done = run_command(session, words);
    if (!done && guard.happened()) done = Failure{Cause::connection, "interrupted"};
    return done;
  });
}

/// Blank, or a comment, which is no line of words: it may hold an apostrophe.
bool is_skipped(std::string_view line) {
  const auto first = line.find_first_not_of(" \t");
  return first == line.npos || line[first] == '#';
}

void say_goodbye(Session& session) {
  if (!session.remote || !session.remote->is_open()) return;
  if (watch_for_interrupt(session.remote->connection().fd())) (void)session.remote->ask(protocol::Verb::quit);
}

}  // namespace

int report(Session& session, const Failure& failure) {
  session.messages << "bftp: " << failure.message << '\n';
  return static_cast<int>(failure.cause);
}

std::vector<KnownName> list_names(Session& session, Names where, const std::string& folder) {
  return where == Names::local ? local_names(folder) : remote_names(session, folder);
}

int run_dialogue(Session& session) {
  LineEditor editor(history_path(), [&session](Names where, const std::string& folder) {
    return interruptibly(session, [&](const auto&) { return list_names(session, where, folder); });
  });
  if (const auto remote = session.connected(); !remote) return report(session, remote.error());
  while (const auto line = editor.read("bftp " + session.endpoint.text() + visible(session.folder) + "> ")) {
    const auto words = split_words(*line);
    if (!words) {
      report(session, words.error());
      continue;
    }
    if (words->empty()) continue;
    if (is_quit(words->front())) break;
    if (const auto done = run_interruptibly(session, *words); !done) report(session, done.error());
  }
  const InterruptGuard guard;
  say_goodbye(session);
  return 0;
}

int run_script(Session& session, std::istream& lines) {
  for (std::string line; std::getline(lines, line);) {
    if (line.ends_with('\r')) line.pop_back();
    const bool may_fail = line.starts_with('-');
    const auto command = std::string_view(line).substr(may_fail ? 1 : 0);
    if (is_skipped(command)) continue;
    const auto words = split_words(command);
    if (words && is_quit(words->front())) break;
    const auto done = words ? run_command(session, *words) : Outcome<void>(words.error());
    if (done) continue;
    const int status = report(session, done.error());
    if (!may_fail) return status;
  }
  say_goodbye(session);
  if (lines.bad()) return report(session, {Cause::local, "cannot read the commands to their end"});
  return 0;
}

}  // namespace bftp::client::people
