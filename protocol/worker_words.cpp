#include <algorithm>
#include <array>

#include "protocol/worker_channel.hpp"

namespace bftp::protocol {

namespace {

// In the order of the enumerations.
constexpr std::array<const char*, 9> op_words = {
    "get", "put", "stall", "refused", "abort_get", "abort_put", "half_open", "replace_put", "other_verb"};
constexpr std::array<const char*, 3> verify_words = {"sha256", "bytes", "none"};
constexpr std::array<const char*, 14> transfer_error_words = {
    "none",    "connect_failed",  "deadline",      "reset",       "closed_early",
    "refused", "malformed_reply", "wrong_size",    "too_long",    "verify_failed",
    "local",   "worker_died",     "client_failed", "missing_file"};
static_assert(op_words.size() == static_cast<std::size_t>(Op::other_verb) + 1);
static_assert(verify_words.size() == static_cast<std::size_t>(Verify::none) + 1);
static_assert(transfer_error_words.size() == static_cast<std::size_t>(TransferError::missing_file) + 1);

template <class Value, std::size_t size>
std::optional<Value> value_of(const std::array<const char*, size>& words, std::string_view word) {
  const auto found = std::find(words.begin(), words.end(), word);
  if (found == words.end()) return std::nullopt;
  return static_cast<Value>(found - words.begin());
}

}  // namespace

const char* to_string(Op op) {
  return op_words[static_cast<std::size_t>(op)];
}
const char* to_string(Verify verify) {
  return verify_words[static_cast<std::size_t>(verify)];
}
const char* to_string(TransferError error) {
  return transfer_error_words[static_cast<std::size_t>(error)];
}

std::optional<Op> op_from(std::string_view word) {
  return value_of<Op>(op_words, word);
}
std::optional<Verify> verify_from(std::string_view word) {
  return value_of<Verify>(verify_words, word);
}
std::optional<TransferError> transfer_error_from(std::string_view word) {
  return value_of<TransferError>(transfer_error_words, word);
}

}  // namespace bftp::protocol
