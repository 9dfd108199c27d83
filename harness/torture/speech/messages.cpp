#include <algorithm>
#include <cstdint>
#include <limits>

#include "harness/torture/bftp_files.hpp"
#include "harness/torture/speech.hpp"
#include "protocol/conversation.hpp"
#include "protocol/request.hpp"

/// BFTP, and clauses 7.5 and 7.6: requests and replies are messages (1.2).
namespace bftp::torture {
namespace {

Heard no_message(std::string text) {
  Heard heard;
  heard.kind = Heard::Kind::nonsense;
  heard.text = std::move(text);
  return heard;
}

/// The bytes of a file that begin at `from`.
Heard content_at(std::string_view received, std::size_t from, std::uint64_t size, bool ended) {
  if (received.size() - from < size)
    return ended ? no_message("it closed after " + std::to_string(received.size() - from) + " of " +
                              std::to_string(size) + " bytes")
                 : Heard{};
  Heard heard;
  heard.kind = Heard::Kind::file;
  heard.content = received.substr(from, static_cast<std::size_t>(size));
  heard.bytes = from + heard.content.size();
  return heard;
}

/// The size in the header at the front; else what is to be said of the answer.
struct Header {
  std::size_t size = 0;
  Heard otherwise;
  bool there = false;
};

Header header_of(std::string_view received, bool ended, std::size_t max) {
  Header header;
  if (received.size() < protocol::header_size) {
    if (ended) header.otherwise = no_message("it closed within a header");
    if (ended && received.empty()) header.otherwise.kind = Heard::Kind::closed;
    return header;
  }
  const auto size = protocol::decode_header(received.substr(0, protocol::header_size), max);
  header.there = static_cast<bool>(size);
  if (size) header.size = *size;
  if (!size) header.otherwise = no_message(size.error().message);
  return header;
}

/// A reply message: `OK size`, or in 7.6 the size alone, then a stream; or `ERR code text`.
Heard hear_reply(std::string_view received, bool ended, bool with_ok) {
  const auto header = header_of(received, ended, protocol::message_size_max);
  if (!header.there) return header.otherwise;
  if (received.size() - protocol::header_size < header.size)
    return ended ? no_message("it closed within a message") : Heard{};
  const auto payload = received.substr(protocol::header_size, header.size);
  const auto begin = protocol::header_size + header.size;
  const auto reply = protocol::parse_reply(payload);
  if (reply && !reply->ok) {
    Heard heard;
    heard.kind = Heard::Kind::refused;
    heard.bytes = begin;
    heard.text = payload;
    heard.is_not_found = reply->code == static_cast<std::uint16_t>(protocol::ReplyCode::not_found);
    heard.is_busy = reply->code == static_cast<std::uint16_t>(protocol::ReplyCode::too_many_clients);
    heard.goes_on = true;
    return heard;
  }
  const auto size = with_ok ? (reply ? protocol::parse_length(reply->detail) : std::nullopt)
                            : protocol::parse_length(payload);
  if (!size) return no_message("a message that is neither a size nor a refusal: " + std::string(payload));
  auto heard = content_at(received, begin, *size, ended);
  heard.goes_on = true;
  return heard;
}

class Bftp final : public Speech {
 public:
  std::string_view dialect() const override { return "bftp"; }
  std::string_view clause() const override { return "4.1"; }
  std::string ask(std::string_view name) const override { return message("GET " + std::string(name)); }
  std::string ask_nothing() const override { return message(""); }
  Heard hear(std::string_view received, bool ended) const override {
    return hear_reply(received, ended, true);
  }
  bool takes_several() const override { return true; }
  bool stores_files() const override { return true; }
  std::unique_ptr<FileSession> file_session(const Visit& visit) const override {
    return std::make_unique<BftpFiles>(visit);
  }
};

class Sized final : public Speech {
 public:
  std::string_view dialect() const override { return "sized"; }
  std::string_view clause() const override { return "7.5"; }
  std::string ask(std::string_view name) const override { return message(name); }
  std::string ask_nothing() const override { return message(""); }
  Heard hear(std::string_view received, bool ended) const override {
    const auto header = header_of(received, ended, std::numeric_limits<std::uint32_t>::max());
    return header.there ? content_at(received, protocol::header_size, header.size, ended) : header.otherwise;
  }
  bool refuses_by_close() const override { return true; }
};

class Stream final : public Speech {
 public:
  std::string_view dialect() const override { return "stream"; }
  std::string_view clause() const override { return "7.6"; }
  std::string ask(std::string_view name) const override { return message(name); }
  std::string ask_nothing() const override { return message(""); }
  Heard hear(std::string_view received, bool ended) const override {
    return hear_reply(received, ended, false);
  }
  bool takes_several() const override { return true; }
};

const RegisteredSpeech registered_bftp(std::make_unique<Bftp>());
const RegisteredSpeech registered_sized(std::make_unique<Sized>());
const RegisteredSpeech registered_stream(std::make_unique<Stream>());

}  // namespace
}  // namespace bftp::torture
