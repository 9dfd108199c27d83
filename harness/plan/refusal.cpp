#include "harness/plan/refusal.hpp"

namespace bftp::plan {

protocol::Error refuse(std::string message) {
  return protocol::Error{protocol::ErrorKind::invalid_input, std::move(message), 0};
}

std::string in_quotes(std::string_view text) {
  constexpr std::size_t bytes_max = 80;
  return "\"" + std::string(text.substr(0, bytes_max)) + (text.size() > bytes_max ? "…\"" : "\"");
}

}  // namespace bftp::plan
