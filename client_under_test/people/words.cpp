#include "client_under_test/people/words.hpp"

namespace bftp::client::people {

namespace {

bool is_space(char c) {
  return c == ' ' || c == '\t';
}

/// Reads a line from left to right, character by character.
class Splitter {
 public:
  void take(char c, std::size_t at) {
    if (!in_word_ && !is_space(c)) {
      in_word_ = true;
      word_at_ = at;
    }
    if (escaped_) {
      // Within double quotes a backslash is an ordinary character, other than before a quote or a backslash.
      if (quote_ == '"' && c != '"' && c != '\\') word_ += '\\';
      word_ += c;
      escaped_ = false;
    } else if (c == '\\' && quote_ != '\'') {
      escaped_ = true;
    } else if (quote_ != 0 ? c == quote_ : c == '\'' || c == '"') {
      quote_ = quote_ != 0 ? '\0' : c;
    } else if (is_space(c) && quote_ == 0) {
      end_word();
    } else {
      word_ += c;
    }
  }

  void end_word() {
    if (in_word_) words_.push_back(std::move(word_));
    word_.clear();
    in_word_ = false;
  }

  bool complete() const { return quote_ == 0 && !escaped_; }
  std::vector<std::string>& words() { return words_; }
  UnfinishedLine unfinished(std::size_t line_size) && {
    return {std::move(words_), std::move(word_), in_word_ ? word_at_ : line_size};
  }

 private:
  std::vector<std::string> words_;
  std::string word_;
  std::size_t word_at_ = 0;
  bool in_word_ = false;
  bool escaped_ = false;
  char quote_ = '\0';
};

Splitter split(std::string_view line) {
  Splitter splitter;
  for (std::size_t at = 0; at < line.size(); ++at) splitter.take(line[at], at);
  return splitter;
}

}  // namespace

Outcome<std::vector<std::string>> split_words(std::string_view line) {
  auto splitter = split(line);
  if (!splitter.complete())
    return usage_failure("a quote or a backslash at the end of the line has no partner");
  splitter.end_word();
  return std::move(splitter.words());
}

UnfinishedLine split_unfinished(std::string_view line) {
  return split(line).unfinished(line.size());
}

std::string escape_word(std::string_view word) {
  std::string escaped;
  for (const char c : word) {
    if (is_space(c) || c == '\\' || c == '\'' || c == '"') escaped += '\\';
    escaped += c;
  }
  return escaped;
}

}  // namespace bftp::client::people
