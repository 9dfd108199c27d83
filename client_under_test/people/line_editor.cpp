#include "client_under_test/people/line_editor.hpp"

#include <histedit.h>
#include <langinfo.h>
#include <termios.h>
#include <unistd.h>

#include <algorithm>
#include <clocale>
#include <cstdio>
#include <cstdlib>
#include <cwchar>
#include <filesystem>

namespace bftp::client::people {

namespace {

constexpr int history_lines = 1000;
constexpr cc_t ctrl_c = 3;
constexpr std::size_t candidates_shown_max = 200;

/// What libedit's callbacks find behind their editor.
struct Context {
  std::string prompt;
  ListNames list;
};

Context& context_of(EditLine* editor) {
  void* context = nullptr;
  ::el_get(editor, EL_CLIENTDATA, &context);
  return *static_cast<Context*>(context);
}

char* prompt_of(EditLine* editor) {
  return context_of(editor).prompt.data();
}

/// el_deletestr and el_cursor count characters.
int characters(std::string_view text) {
  const auto starts = [](char c) {
    return (static_cast<unsigned char>(c) & 0xC0) != 0x80;
  };
  return static_cast<int>(std::count_if(text.begin(), text.end(), starts));
}

std::string_view between(const char* begin, const char* end) {
  return {begin, static_cast<std::size_t>(end - begin)};
}

/// Ctrl-C: leaves what was typed on the screen and starts an empty line below it.
unsigned char drop_line(EditLine* editor, wint_t) {
  const LineInfo* line = ::el_line(editor);
  const int after_cursor = characters(between(line->cursor, line->lastchar));
  const int all = characters(between(line->buffer, line->lastchar));
  ::el_cursor(editor, after_cursor);
  ::el_deletestr(editor, all);
  std::fputs("^C\n", stdout);
  return CC_REDISPLAY;
}

void show_candidates(const std::vector<std::string>& candidates) {
  const auto shown = std::min(candidates.size(), candidates_shown_max);
  std::fputc('\n', stdout);
  for (std::size_t at = 0; at < shown; ++at) std::fprintf(stdout, "%s  ", candidates[at].c_str());
  if (shown < candidates.size()) std::fprintf(stdout, "and %zu more", candidates.size() - shown);
  std::fputc('\n', stdout);
}

/// libedit edits characters, not bytes, and asks the locale what one is. In a locale that is not of UTF-8, as
/// where LANG is not set, it would leave out of a name, without a word, what is not ASCII: `rm aä` would
/// delete the file a. Names are UTF-8 wherever we are (clause 3.3), and are shown as such.
void edit_utf8() {
  std::setlocale(LC_CTYPE, "");
  if (std::string_view(::nl_langinfo(CODESET)) != "UTF-8") std::setlocale(LC_CTYPE, "C.UTF-8");
}

/// While one lives, Ctrl-C is a signal: what Tab asks the server for can be interrupted, see InterruptGuard.
class CtrlCIsASignal {
 public:
  CtrlCIsASignal() : is_terminal_(::tcgetattr(STDIN_FILENO, &before_) == 0) {
    auto now = before_;
    now.c_lflag |= ISIG;
    now.c_cc[VINTR] = ctrl_c;
    if (is_terminal_) ::tcsetattr(STDIN_FILENO, TCSANOW, &now);
  }
  ~CtrlCIsASignal() {
    if (is_terminal_) ::tcsetattr(STDIN_FILENO, TCSANOW, &before_);
  }
  CtrlCIsASignal(const CtrlCIsASignal&) = delete;
  CtrlCIsASignal& operator=(const CtrlCIsASignal&) = delete;

 private:
  termios before_{};
  bool is_terminal_;
};

/// Tab.
unsigned char complete_word(EditLine* editor, wint_t) {
  const LineInfo* info = ::el_line(editor);
  const std::string line(between(info->buffer, info->cursor));
  const auto list = [editor](Names where, const std::string& folder) {
    const CtrlCIsASignal here;
    return context_of(editor).list(where, folder);
  };
  const auto completion = complete(line, list);
  const auto typed = line.substr(completion.replace_from);
  if (completion.replacement != typed) {
    ::el_deletestr(editor, characters(typed));
    ::el_insertstr(editor, completion.replacement.c_str());
    return CC_REFRESH;
  }
  if (completion.candidates.empty()) return CC_REFRESH_BEEP;
  show_candidates(completion.candidates);
  return CC_REDISPLAY;
}

struct EndEditor {
  void operator()(EditLine* editor) const { ::el_end(editor); }
};
struct EndHistory {
  void operator()(History* history) const { ::history_end(history); }
};

}  // namespace

struct LineEditor::State {
  Context context;
  std::string history_path;
  std::unique_ptr<History, EndHistory> history;
  std::unique_ptr<EditLine, EndEditor> editor;
};

LineEditor::LineEditor(std::string history_path, ListNames list)
    : state_(new State{{{}, std::move(list)}, std::move(history_path), nullptr, nullptr}) {
  edit_utf8();
  state_->history.reset(::history_init());
  state_->editor.reset(::el_init("bftp", stdin, stdout, stderr));
  EditLine* editor = state_->editor.get();
  HistEvent event;
  ::history(state_->history.get(), &event, H_SETSIZE, history_lines);
  ::history(state_->history.get(), &event, H_SETUNIQUE, 1);
  if (!state_->history_path.empty())
    ::history(state_->history.get(), &event, H_LOAD, state_->history_path.c_str());
  ::el_set(editor, EL_CLIENTDATA, &state_->context);
  ::el_set(editor, EL_PROMPT, &prompt_of);
  ::el_set(editor, EL_EDITOR, "emacs");
  ::el_set(editor, EL_HIST, &::history, state_->history.get());
  // The call for wide characters, because the other one copies these texts and never frees them.
  ::el_wset(editor, EL_ADDFN, L"bftp-complete", L"Complete the word", &complete_word);
  ::el_set(editor, EL_BIND, "^I", "bftp-complete", nullptr);
  ::el_wset(editor, EL_ADDFN, L"bftp-drop", L"Drop the line", &drop_line);
  ::el_set(editor, EL_BIND, "^C", "bftp-drop", nullptr);
  // While a line is edited, Ctrl-C is a key; while a command runs, it is the signal that interrupts it.
  ::el_set(editor, EL_SETTY, "-d", "-isig", nullptr);
  ::el_source(editor, nullptr);  // ~/.editrc
}

LineEditor::~LineEditor() {
  HistEvent event;
  if (!state_->history_path.empty())
    ::history(state_->history.get(), &event, H_SAVE, state_->history_path.c_str());
}

std::optional<std::string> LineEditor::read(const std::string& prompt) {
  state_->context.prompt = prompt;
  int bytes = 0;
  const char* typed = ::el_gets(state_->editor.get(), &bytes);
  if (typed == nullptr || bytes <= 0) return std::nullopt;
  std::string line(typed, static_cast<std::size_t>(bytes));
  while (line.ends_with('\n')) line.pop_back();
  HistEvent event;
  if (line.find_first_not_of(" \t") != line.npos)
    ::history(state_->history.get(), &event, H_ENTER, line.c_str());
  return line;
}

std::string history_path() {
  const char* state_home = std::getenv("XDG_STATE_HOME");
  const char* home = std::getenv("HOME");
  std::filesystem::path folder;
  if (state_home != nullptr && *state_home == '/') {
    folder = state_home;
  } else if (home != nullptr && *home == '/') {
    folder = std::filesystem::path(home) / ".local/state";
  } else {
    return {};
  }
  folder /= "bftp";
  std::error_code error;
  std::filesystem::create_directories(folder, error);
  return error ? std::string() : (folder / "history").string();
}

}  // namespace bftp::client::people
