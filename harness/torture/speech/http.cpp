#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <cstdint>
#include <optional>

#include "harness/torture/speech.hpp"
#include "protocol/hex.hpp"
#include "protocol/percent_encoding.hpp"
#include "protocol/request.hpp"

/// Clause 7.7, as generous towards servers as RFC 9112 asks clients to be: content ends by Content-Length, by
/// chunks (7.1) or by the close.
namespace bftp::torture {
namespace {

Heard no_http(std::string text) {
  Heard heard;
  heard.kind = Heard::Kind::nonsense;
  heard.text = std::move(text);
  return heard;
}

std::string lower(std::string_view text) {
  std::string result(text);
  std::ranges::transform(result, result.begin(), [](char c) {
    return static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  });
  return result;
}

std::string_view take_line(std::string_view& text) {
  const auto end = text.find('\n');
  auto line = text.substr(0, end);
  text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
  if (line.ends_with('\r')) line.remove_suffix(1);
  return line;
}

struct Head {
  std::size_t bytes = 0;
  int status = 0;
  std::string_view status_line;
  std::optional<std::uint64_t> length;
  bool chunked = false;
  bool keeps_alive = false;
};

void read_field(std::string_view line, Head& head) {
  const auto colon = line.find(':');
  if (colon == std::string_view::npos) return;
  const auto name = lower(line.substr(0, colon));
  auto value = lower(line.substr(colon + 1));
  value.erase(0, std::min(value.find_first_not_of(" \t"), value.size()));
  value.erase(value.find_last_not_of(" \t") + 1);
  if (name == "content-length") head.length = protocol::parse_length(value);
  if (name == "transfer-encoding") head.chunked = value.ends_with("chunked");
  if (name == "connection" && value.find("close") != std::string::npos) head.keeps_alive = false;
  if (name == "connection" && value.find("keep-alive") != std::string::npos) head.keeps_alive = true;
}

/// Nothing while the head is incomplete.
std::optional<Head> head_of(std::string_view received) {
  const auto crlf = received.find("\r\n\r\n");
  const auto lf = received.find("\n\n");
  if (crlf == std::string_view::npos && lf == std::string_view::npos) return std::nullopt;
  Head head;
  head.bytes = crlf < lf ? crlf + 4 : lf + 2;
  auto text = received.substr(0, head.bytes);
  head.status_line = take_line(text);
  const bool well_formed = head.status_line.size() >= 12 && head.status_line[8] == ' ';
  const auto status = well_formed ? protocol::parse_length(head.status_line.substr(9, 3)) : std::nullopt;
  head.status = status ? static_cast<int>(*status) : 0;
  head.keeps_alive = head.status_line.starts_with("HTTP/1.1");
  for (auto line = take_line(text); !line.empty(); line = take_line(text)) read_field(line, head);
  return head;
}

/// RFC 9112, 7.1. Nothing while the last chunk is missing; `malformed` if no chunk looks like that.
struct Chunks {
  std::string content;
  std::size_t bytes = 0;
  bool malformed = false;
};

std::optional<Chunks> chunks_of(std::string_view received) {
  Chunks chunks;
  auto rest = received;
  for (;;) {
    if (rest.find('\n') == std::string_view::npos) return std::nullopt;
    const auto line = take_line(rest);
    std::uint64_t size = 0;
    std::size_t digits = 0;
    for (; digits < std::min<std::size_t>(line.size(), 8) && protocol::hex_value(line[digits]) >= 0; ++digits)
      size = size * 16 + static_cast<std::uint64_t>(protocol::hex_value(line[digits]));
    chunks.malformed = digits == 0;
    if (chunks.malformed) return chunks;
    if (rest.size() < size + 2) return std::nullopt;
    chunks.content += rest.substr(0, static_cast<std::size_t>(size));
    rest.remove_prefix(static_cast<std::size_t>(size) + 2);  // with the CR LF; trailers are not read
    chunks.bytes = received.size() - rest.size();
    if (size == 0) return chunks;
  }
}

Heard with_chunks(std::string_view body, const Head& head, bool ended) {
  auto chunks = chunks_of(body);
  if (!chunks) return ended ? no_http("it closed before the last chunk") : Heard{};
  if (chunks->malformed) return no_http("a chunk without a size");
  Heard heard;
  heard.kind = Heard::Kind::file;
  heard.bytes = head.bytes + chunks->bytes;
  heard.decoded = std::move(chunks->content);
  heard.goes_on = head.keeps_alive;
  return heard;
}

Heard with_length(std::string_view body, const Head& head, bool ended) {
  if (!head.length && !ended) return {};
  const auto length = head.length.value_or(body.size());
  if (body.size() < length)
    return ended ? no_http(fmt::format("it closed after {} of {} bytes", body.size(), length)) : Heard{};
  Heard heard;
  heard.kind = Heard::Kind::file;
  heard.content = body.substr(0, static_cast<std::size_t>(length));
  heard.bytes = head.bytes + heard.content.size();
  heard.goes_on = head.keeps_alive && head.length.has_value();
  return heard;
}

class Http final : public Speech {
 public:
  Http(std::string_view dialect, std::string_view clause, bool is_1_1)
      : dialect_(dialect), clause_(clause), is_1_1_(is_1_1) {}

  std::string_view dialect() const override { return dialect_; }
  std::string_view clause() const override { return clause_; }

  std::string ask(std::string_view name) const override {
    return request(protocol::percent_encoded(name), true);
  }
  std::string ask_further(std::string_view name, bool last) const override {
    return request_1_1(protocol::percent_encoded(name), last);
  }
  std::string ask_escaped(std::string_view name, std::string_view escaped) const override {
    return request(protocol::percent_encoded(name, escaped), true);
  }
  std::string ask_nothing() const override { return "\r\n\r\n"; }

  Heard hear(std::string_view received, bool ended) const override {
    constexpr std::string_view start = "HTTP/1.";
    if (received.empty()) {
      Heard heard;
      if (ended) heard.kind = Heard::Kind::closed;
      return heard;
    }
    if (received.substr(0, start.size()) != start.substr(0, received.size()))
      return no_http("no HTTP/1 response: " + std::string(received.substr(0, 80)));
    const auto head = head_of(received);
    if (!head) return ended ? no_http("it closed within the header lines") : Heard{};
    const auto body = received.substr(head->bytes);
    auto heard = head->chunked ? with_chunks(body, *head, ended) : with_length(body, *head, ended);
    if (heard.kind != Heard::Kind::file || head->status == 200) return heard;
    heard.kind = head->status >= 300 ? Heard::Kind::refused : Heard::Kind::nonsense;
    heard.text = head->status_line;
    heard.is_not_found = head->status == 404;
    heard.is_busy = head->status == 503;  // RFC 9110, 15.6.4
    return heard;
  }
  bool takes_several() const override { return true; }

 private:
  std::string request(const std::string& target, bool last) const {
    if (is_1_1_) return request_1_1(target, last);
    return fmt::format("GET /{} HTTP/1.0\r\nHost: localhost\r\n\r\n", target);
  }
  static std::string request_1_1(const std::string& target, bool last) {
    return fmt::format("GET /{} HTTP/1.1\r\nHost: localhost\r\n{}\r\n", target,
                       last ? "Connection: close\r\n" : "");
  }

  std::string_view dialect_;
  std::string_view clause_;
  bool is_1_1_;
};

const RegisteredSpeech registered_http(std::make_unique<Http>("http", "7.7", false));
const RegisteredSpeech registered_1_1(std::make_unique<Http>("http1.1", "RFC 9112", true));

}  // namespace
}  // namespace bftp::torture
