#include "client_under_test/worker/printable.hpp"

#include <fmt/format.h>

namespace bftp::client::worker {

namespace {

void append_escaped(std::string& text, unsigned char byte) {
  switch (byte) {
    case '\n':
      text += "\\n";
      return;
    case '\r':
      text += "\\r";
      return;
    case '\t':
      text += "\\t";
      return;
    case '\\':
      text += "\\\\";
      return;
    case '"':
      text += "\\\"";
      return;
    default:
      break;
  }
  if (byte >= 0x20 && byte < 0x7f) {
    text.push_back(static_cast<char>(byte));
  } else {
    text += fmt::format("\\x{:02x}", byte);
  }
}

}  // namespace

std::string printable(std::string_view bytes, std::size_t max_bytes) {
  std::string text;
  for (const char c : bytes.substr(0, max_bytes)) append_escaped(text, static_cast<unsigned char>(c));
  if (bytes.size() > max_bytes) text += "...";
  return text;
}

std::string quoted(std::string_view bytes, std::size_t max_bytes) {
  return '"' + printable(bytes, max_bytes) + '"';
}

std::string count_bytes(unsigned long long bytes) {
  return bytes == 1 ? std::string("1 byte") : fmt::format("{} bytes", bytes);
}

}  // namespace bftp::client::worker
