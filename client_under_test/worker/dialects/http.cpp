#include <fmt/format.h>

#include <algorithm>
#include <cctype>

#include "client_under_test/worker/dialect.hpp"
#include "client_under_test/worker/guess.hpp"
#include "client_under_test/worker/printable.hpp"
#include "protocol/percent_encoding.hpp"
#include "protocol/request.hpp"

/// Clause 7.7: GET over HTTP/1.0, and over HTTP/1.1 (RFC 9112) when the connection is to last; `http1.1` asks
/// by 1.1 in either case. The content ends by Content-Length, by the last chunk or by the close. Redirects
/// are not followed; a content coding is refused, because nobody asked for one.
namespace bftp::client::worker {

namespace {

bool equal_without_case(std::string_view a, std::string_view b) {
  const auto lower = [](char c) {
    return std::tolower(static_cast<unsigned char>(c));
  };
  return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                    [&](char x, char y) { return lower(x) == lower(y); });
}

std::string_view trimmed(std::string_view text) {
  constexpr std::string_view blanks = " \t";
  const auto first = text.find_first_not_of(blanks);
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(blanks) - first + 1);
}

/// Takes one line off `text`, without its CR LF or LF.
std::string_view take_line(std::string_view& text) {
  const auto end = text.find('\n');
  std::string_view line = text.substr(0, end);
  text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
  if (line.ends_with('\r')) line.remove_suffix(1);
  return line;
}

/// Length of the head with its empty line; 0 while that has not come. A lone LF ends a line too (RFC
/// 9112, 2.2), the empty one or those before it.
std::size_t head_size(std::string_view received) {
  for (std::string_view rest = received; rest.find('\n') != std::string_view::npos;)
    if (take_line(rest).empty()) return received.size() - rest.size();
  return 0;
}

/// "HTTP/1.1 200 OK" -> 200; 0 if it is no status line.
int status_in(std::string_view line) {
  if (line.size() < 12 || !line.starts_with("HTTP/1.") || line[8] != ' ') return 0;
  const auto code = protocol::parse_length(line.substr(9, 3));
  return code && *code >= 100 && (line.size() == 12 || line[12] == ' ') ? static_cast<int>(*code) : 0;
}

/// Applies one field to the answer. Returns what is wrong with it, empty if nothing.
std::string apply_field(Answer& answer, std::string_view line) {
  const auto colon = line.find(':');
  if (colon == std::string_view::npos || colon == 0)
    return "a header line without a colon: " + quoted(line, 64);
  const std::string_view field = line.substr(0, colon);
  const std::string_view value = trimmed(line.substr(colon + 1));
  if (equal_without_case(field, "content-length")) {
    if (answer.chunked) return {};  // RFC 9112, 6.3: the coding overrides it
    const auto size = protocol::parse_length(value);
    if (!size || (answer.size && answer.size != size)) return "Content-Length is " + quoted(value);
    answer.size = size;
  } else if (equal_without_case(field, "connection")) {
    if (equal_without_case(value, "close")) answer.stays_open = false;
    if (equal_without_case(value, "keep-alive")) answer.stays_open = true;
  } else if (equal_without_case(field, "transfer-encoding")) {
    if (!equal_without_case(value, "chunked")) return "transfer coding " + quoted(value);
    answer.chunked = true;
    answer.size.reset();
  } else if (equal_without_case(field, "content-encoding") && !equal_without_case(value, "identity")) {
    return "content coding " + quoted(value) + " that was not asked for";
  }
  return {};
}

/// A beginning of the answer to a GET by the given minor version. `size` bytes of head, which is whole.
Answer answer_of_head(std::string_view head, std::size_t size, int asked_by) {
  const std::string_view status_line = take_line(head);
  const int status = status_in(status_line);
  if (status == 0) return Answer::malform("no HTTP/1 status line: " + quoted(status_line));
  if (status >= 300 && status < 400) {
    return Answer::refuse("the server redirects, which is not followed: " + printable(status_line));
  }
  if (status != 200) return Answer::refuse("the server answered " + printable(status_line));
  Answer answer = Answer::accept(size, {}, status_line.starts_with("HTTP/1.1"));
  for (std::string_view line = take_line(head); !line.empty(); line = take_line(head)) {
    const std::string wrong = apply_field(answer, line);
    if (!wrong.empty()) return Answer::malform(wrong);
  }
  if (answer.chunked && asked_by == 0) {
    return Answer::malform(
        "the chunked coding in an answer to HTTP/1.0, whose clients cannot read it (RFC 9112, 6.1)");
  }
  if (answer.ends_with_connection()) answer.stays_open = false;
  return answer;
}

/// Interim answers (RFC 9110, 15.2) come in front of the real one.
bool is_interim(std::string_view head) {
  const int status = status_in(take_line(head));
  return status >= 100 && status < 200;
}

class Http : public Dialect {
 public:
  Http(std::string_view name, int minor_version) : name_(name), minor_version_(minor_version) {}

  std::string_view name() const override { return name_; }

  std::string ask_get(const Asking& asking) const override {
    const std::string_view slash = asking.name.starts_with('/') ? "" : "/";
    const std::string_view close = minor_version_ == 1 && !asking.lasting ? "Connection: close\r\n" : "";
    return fmt::format("GET {}{} HTTP/1.{}\r\nHost: {}\r\n{}\r\n", slash,
                       protocol::percent_encoded(asking.name), minor_version_, asking.host, close);
  }

  /// RFC 9110, 9.1: a method that nobody has.
  std::vector<std::string> ask_refused() const override { return {"FETCH / HTTP/1.0\r\n\r\n"}; }

  /// RFC 9110, 9.3.2 (HEAD) and 14.2 (Range), and a folder, which a server may list or refuse.
  std::vector<OtherVerb> ask_others(const Asking& asking) const override {
    const std::string target =
        (asking.name.starts_with('/') ? "" : "/") + protocol::percent_encoded(asking.name);
    const auto ask = [&](std::string_view method, std::string_view path, std::string_view field) {
      return fmt::format("{} {} HTTP/1.{}\r\nHost: {}\r\nConnection: close\r\n{}\r\n", method, path,
                         minor_version_, asking.host, field);
    };
    return {{ask("HEAD", target, ""), false},
            {ask("GET", target, "Range: bytes=0-1023\r\n"), true},
            {ask("GET", "/", ""), true}};
  }

  Answer answer_to_get(std::string_view received, bool) const override {
    std::size_t interim = 0;  // bytes of interim answers
    while (true) {
      const std::string_view rest = received.substr(interim);
      constexpr std::string_view start = "HTTP/1.";
      if (rest.substr(0, start.size()) != start.substr(0, rest.size())) {
        return Answer::malform("the answer begins with " + quoted(rest) + " where HTTP/1. is due" +
                               hint_of_dialect(rest, name_));
      }
      const std::size_t size = head_size(rest);
      if (size == 0) break;
      if (!is_interim(rest.substr(0, size)))
        return answer_of_head(rest.substr(0, size), interim + size, minor_version_);
      interim += size;
    }
    if (received.size() > head_max_bytes) return Answer::malform("header lines of more than 64 KiB");
    return {};
  }

  const Dialect& when_lasting() const override {
    return minor_version_ == 1 ? *this : *find_dialect("http1.1");
  }

 private:
  static constexpr std::size_t head_max_bytes = 64u << 10;

  std::string_view name_;
  int minor_version_;
};

const RegisterDialect http(std::make_unique<Http>("http", 0));
const RegisterDialect http11(std::make_unique<Http>("http1.1", 1));
/// The bytes within TLS, which is the socket's business.
const RegisterDialect https(std::make_unique<Http>("https", 1));

}  // namespace

}  // namespace bftp::client::worker
