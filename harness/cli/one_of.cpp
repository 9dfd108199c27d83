#include "harness/cli/one_of.hpp"

#include <algorithm>

#include "harness/plan/refusal.hpp"
#include "harness/plan/suggest.hpp"

namespace bftp::cli {

CLI::Validator one_of(std::vector<std::string> words) {
  CLI::Validator validator = CLI::IsMember(words);
  validator.operation([words = std::move(words)](const std::string& typed) {
    if (std::ranges::find(words, typed) != words.end()) return std::string();
    return plan::in_quotes(typed) + " is unknown; " + plan::hint(typed, words);
  });
  return validator;
}

}  // namespace bftp::cli
