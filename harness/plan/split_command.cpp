#include <algorithm>
#include <array>

#include "harness/plan/command_template.hpp"
#include "harness/plan/refusal.hpp"

namespace bftp::plan {
namespace {

using protocol::Error;
using protocol::Result;

constexpr std::size_t command_max_bytes = 64u << 10;

bool is_name_start(char c) {
  return c == '_' || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}
bool is_blank(char c) {
  return c == ' ' || c == '\t' || c == '\n';
}

/// A word as written, and which of its bytes were not quoted: only those mean something to a shell.
struct Word {
  std::string text;
  std::string bare;  ///< beside each byte of text: itself if unquoted, else NUL
  void add(char c, bool unquoted) {
    text += c;
    bare += unquoted ? c : '\0';
  }
};

class Splitter {
 public:
  explicit Splitter(std::string_view text) : left_(text) {}

  Result<std::vector<Word>> run() {
    std::vector<Word> words;
    while (true) {
      while (!left_.empty() && is_blank(left_.front())) left_.remove_prefix(1);
      if (left_.empty()) return words;
      word_ = {};
      if (auto read = read_word(); !read) return read.error();
      words.push_back(std::move(word_));
    }
  }

 private:
  char take() {
    const char c = left_.front();
    left_.remove_prefix(1);
    return c;
  }

  Result<void> read_word() {
    while (!left_.empty() && !is_blank(left_.front())) {
      const char c = take();
      if (c == '\0') return refuse("a command cannot hold a NUL byte");
      if (c == '\'') {
        if (auto read = read_single(); !read) return read;
      } else if (c == '"') {
        if (auto read = read_double(); !read) return read;
      } else if (c == '\\') {
        if (left_.empty()) return refuse("the command ends in a backslash; \\\\ stands for one");
        if (const char quoted = take(); quoted != '\n') word_.add(quoted, false);
      } else {
        if (auto right = refuse_expansion(c); !right) return right;
        word_.add(c, true);
      }
    }
    return {};
  }

  Result<void> read_single() {
    const auto end = left_.find('\'');
    if (end == std::string_view::npos) return refuse("a ' in the command has no closing '");
    for (const char c : left_.substr(0, end)) word_.add(c, false);
    left_.remove_prefix(end + 1);
    return {};
  }

  Result<void> read_double() {
    constexpr std::string_view escapable = "$`\"\\\n";
    while (!left_.empty()) {
      const char c = take();
      if (c == '"') return {};
      if (c == '\\' && !left_.empty() && escapable.find(left_.front()) != std::string_view::npos) {
        if (const char quoted = take(); quoted != '\n') word_.add(quoted, false);
        continue;
      }
      if (auto right = refuse_expansion(c); !right) return right;
      word_.add(c, false);
    }
    return refuse("a \" in the command has no closing \"");
  }

  Result<void> refuse_expansion(char c) const {
    if (c == '`')
      return refuse(
          "no shell runs the command, so `…` means nothing; put it in '…' to pass it on, or use sh -c '…'");
    const bool expands = c == '$' && !left_.empty() &&
                         (is_name_start(left_.front()) || left_.front() == '{' || left_.front() == '(');
    if (expands)
      return refuse(
          "no shell runs the command, so $… is not expanded; put it in '…' to pass it on, or use sh -c '…'");
    return {};
  }

  std::string_view left_;
  Word word_;
};

bool is_operator(const Word& word) {
  constexpr std::array<std::string_view, 14> operators{"|",  "||", "&",  "&&",   ";",  "<", ">",
                                                       ">>", "<<", "2>", "2>&1", "&>", "(", ")"};
  return std::ranges::find(operators, std::string_view(word.bare)) != operators.end();
}

bool is_assignment(const Word& word) {
  const auto equals = word.bare.find('=');
  return equals != std::string::npos && equals > 0 && is_name_start(word.bare.front()) &&
         std::all_of(word.bare.begin(), word.bare.begin() + static_cast<std::ptrdiff_t>(equals),
                     [](char c) { return is_name_start(c) || (c >= '0' && c <= '9'); });
}

Result<void> refuse_shell_words(const std::vector<Word>& words) {
  if (is_assignment(words.front()))
    return refuse("no shell runs the command, so \"" + words.front().text +
                  "\" sets no variable; write env " + words.front().text + " …");
  for (const auto& word : words) {
    if (is_operator(word) || word.bare.ends_with(';'))
      return refuse("no shell runs the command, so \"" + word.text +
                    "\" means nothing; use sh -c '…' if you need one");
    if (word.bare.starts_with("~/"))
      return refuse("no shell runs the command, so \"" + word.text +
                    "\" is not expanded; write the whole path");
  }
  return {};
}

}  // namespace

Result<std::vector<std::string>> split_command(std::string_view text) {
  if (text.size() > command_max_bytes) return refuse("the command is longer than 64 KiB");
  auto words = Splitter(text).run();
  if (!words) return words.error();
  if (words->empty())
    return refuse(
        "the command is empty; right is, for example, python3 server.py --port {port} --root {root}");
  if (words->front().text.empty()) return refuse("the command begins with an empty word");
  if (auto right = refuse_shell_words(*words); !right) return right.error();
  std::vector<std::string> argv;
  for (auto& word : *words) argv.push_back(std::move(word.text));
  return argv;
}

}  // namespace bftp::plan
