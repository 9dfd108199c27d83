#include "harness/torture/wire_log.hpp"

#include <fmt/format.h>

namespace bftp::torture {

namespace {

constexpr std::size_t command_bytes_max = 2'000;

/// For printf(1) inside single quotes: octal, since hexadecimal is no part of POSIX. A '-' in front would be
/// taken for an option.
std::string printf_word(std::string_view bytes) {
  std::string word;
  for (const char c : bytes) {
    const auto byte = static_cast<unsigned char>(c);
    const bool is_option = c == '-' && word.empty();
    const bool plain = byte >= 0x20 && byte < 0x7f && c != '\'' && c != '\\' && c != '%' && !is_option;
    word += c == '\n' ? "\\n" : c == '\r' ? "\\r" : plain ? std::string(1, c) : fmt::format("\\{:03o}", byte);
  }
  return word;
}

std::string one_byte(char c) {
  switch (c) {
    case '\n':
      return "\\n";
    case '\r':
      return "\\r";
    case '\t':
      return "\\t";
    case '\0':
      return "\\0";
    case '\\':
      return "\\\\";
    case '"':
      return "\\\"";
    default:
      break;
  }
  const auto byte = static_cast<unsigned char>(c);
  return byte >= 0x20 && byte < 0x7f ? std::string(1, c) : fmt::format("\\x{:02x}", byte);
}

}  // namespace

std::string escaped(std::string_view bytes, std::size_t max) {
  std::string text;
  for (const char c : bytes.substr(0, max)) text += one_byte(c);
  if (bytes.size() > max) text += fmt::format("... ({} more)", bytes.size() - max);
  return text;
}

void WireLog::add(std::chrono::microseconds now, std::string text) {
  if (lines_.size() == lines_max) {
    ++dropped_;
    lines_.erase(lines_.begin() + lines_max / 2);  // the middle goes, beginning and end tell most
  }
  const auto time = std::chrono::duration_cast<std::chrono::milliseconds>(now - start_);
  lines_.push_back(fmt::format("{:>5} ms  {}", time.count(), text));
  add_to_flow(now, 0, 0);
}

void WireLog::add_to_flow(std::chrono::microseconds now, std::size_t sent, std::size_t received) {
  record::WirePoint point = flow_.empty() ? record::WirePoint{} : flow_.back();
  point.time_s = std::chrono::duration<double>(now - start_).count();
  point.sent += sent;
  point.received += received;
  // What an event adds belongs to the event's own point.
  const bool same = !flow_.empty() && flow_.back().time_s == point.time_s;
  if (same) flow_.back() = point;
  if (same) return;
  if (flow_.size() == flow_points_max) {
    std::size_t kept = 1;
    for (std::size_t i = 2; i < flow_.size(); i += 2) flow_[kept++] = flow_[i];
    flow_.resize(kept);
  }
  flow_.push_back(point);
}

void WireLog::moved(std::chrono::microseconds now, std::size_t sent, std::size_t received) {
  add_to_flow(now, sent, received);
}

void WireLog::sent(std::chrono::microseconds now, std::string_view bytes) {
  add(now, fmt::format("sent {} bytes: \"{}\"", bytes.size(), escaped(bytes)));
  add_to_flow(now, bytes.size(), 0);
  // Nobody pastes megabytes, and to quote them takes longer than to send them: command() is empty then.
  if (is_dialogue_ || bytes.size() > command_bytes_max) {
    script_bytes_ += bytes.size();
    return;
  }
  script_.push_back(fmt::format("printf '{}'", printf_word(bytes)));
  script_bytes_ += script_.back().size();
}

void WireLog::received(std::chrono::microseconds now, std::string_view bytes) {
  add(now, fmt::format("received {} bytes: \"{}\"", bytes.size(), escaped(bytes)));
  add_to_flow(now, 0, bytes.size());
}

void WireLog::said(std::chrono::microseconds now, std::string_view what) {
  add(now, std::string(what));
}

void WireLog::paused(std::chrono::milliseconds time) {
  script_.push_back(fmt::format("sleep {:g}", std::chrono::duration<double>(time).count()));
  script_bytes_ += script_.back().size();
}

void WireLog::held(std::chrono::microseconds now, std::string_view bytes) {
  const auto what = bytes.empty() ? std::string("said nothing")
                                  : fmt::format("sent {} bytes: \"{}\"", bytes.size(), escaped(bytes));
  add(now, "another client connected, and " + what);
  // The second sleep takes nothing from nc, so that nothing is read from the server.
  const auto sent = bytes.empty() ? std::string() : fmt::format("printf '{}'; ", printf_word(bytes));
  held_ += fmt::format("({}sleep 60) | nc {} | sleep 60 & ", sent, address_);
}

void WireLog::let_go(std::chrono::microseconds now) {
  add(now, "the other client closed");
  held_.clear();
}

void WireLog::begin() {
  beside_ = held_.empty() ? std::string() : held_ + "sleep 1; ";
  script_.clear();
  script_bytes_ = 0;
}

std::vector<std::string> WireLog::lines() const {
  auto lines = lines_;
  if (dropped_ > 0)
    lines.insert(lines.begin() + lines_max / 2, fmt::format("          ({} more lines)", dropped_));
  return lines;
}

std::string WireLog::command() const {
  if (script_.empty() || is_dialogue_ || script_bytes_ + beside_.size() > command_bytes_max) return {};
  std::string script;
  for (const auto& word : script_) script += (script.empty() ? "" : "; ") + word;
  return fmt::format("{}({}) | nc {}", beside_, script, address_);
}

}  // namespace bftp::torture
