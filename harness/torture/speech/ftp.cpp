#include <cstdint>
#include <limits>
#include <utility>

#include "harness/torture/ftp_files.hpp"
#include "harness/torture/ftp_session.hpp"
#include "harness/torture/speech.hpp"
#include "protocol/conversation.hpp"

/// Clause 7.8: FTP (RFC 959). A request is a command on the control connection; what is awkward about it is
/// tried when the user has logged in and made the data connection.
namespace bftp::torture {
namespace {

/// Two connections as one: what is sent goes to the control connection. What is received is the replies to
/// it, as they came, and behind the first one of 1xx the whole content of the data connection as a message
/// (1.2), so that hear() knows where it ends.
class FtpWire final : public Wire {
 public:
  explicit FtpWire(std::unique_ptr<FtpSession> session) : session_(std::move(session)) {}

  protocol::Result<void> send(std::string_view bytes, std::chrono::milliseconds) override {
    if (!std::exchange(has_entered_, true)) enter();
    if (trouble_.lost == FtpReply::Lost::no && trouble_.text.empty()) session_->send(bytes);
    return {};
  }

  protocol::Result<std::string> receive(std::chrono::milliseconds) override {
    if (!trouble_.text.empty()) return std::exchange(trouble_.text, {});
    if (trouble_.lost != FtpReply::Lost::no) return end_of(trouble_);
    if (data_ == Data::due) {
      data_ = Data::taken;
      const auto content = session_->take_data();
      if (content.lost != FtpReply::Lost::no) return end_of(content);
      return protocol::encode_header(content.text.size()) + content.text;
    }
    auto reply = session_->reply();
    if (reply.is(1) && data_ == Data::none) data_ = Data::due;
    return reply.text.empty() ? end_of(reply) : std::move(reply.text);
  }

  void end_sending() override {}  // FTP's user ends by QUIT or by the close

 private:
  void enter() {
    auto reply = session_->enter();
    if (reply.is(2)) reply = session_->open_data();
    if (!reply.is(2)) trouble_ = std::move(reply);
  }

  static protocol::Result<std::string> end_of(const FtpReply& reply) {
    using protocol::ErrorKind;
    if (reply.lost == FtpReply::Lost::silent) return protocol::Error{ErrorKind::deadline, "silence"};
    if (reply.lost == FtpReply::Lost::reset) return protocol::Error{ErrorKind::reset, "reset"};
    return std::string();
  }

  enum class Data : std::uint8_t { none, due, taken };

  std::unique_ptr<FtpSession> session_;
  FtpReply trouble_;  ///< that kept the command from being sent
  Data data_ = Data::none;
  bool has_entered_ = false;
};

Heard no_ftp(std::string text) {
  Heard heard;
  heard.kind = Heard::Kind::nonsense;
  heard.text = std::move(text);
  return heard;
}

Heard refused(const FtpReply& reply, std::size_t bytes) {
  Heard heard;
  heard.kind = Heard::Kind::refused;
  heard.bytes = bytes;
  heard.text = reply.text;
  heard.goes_on = reply.code != 421;
  return heard;
}

/// A reply in `received` from `at` on; else, in `otherwise`, what is to be said of the answer.
struct Found {
  FtpReply reply;
  Heard otherwise;
};

Found reply_at(std::string_view received, std::size_t at, bool ended) {
  Found found{ftp_reply_at(received.substr(at)), {}};
  if (found.reply.lost != FtpReply::Lost::no)
    found.otherwise = no_ftp("no reply of FTP: " + found.reply.text.substr(0, 80));
  else if (found.reply.code == 0 && ended)
    found.otherwise = no_ftp(at == 0 ? "it closed within a reply" : "it closed before its last reply");
  return found;
}

/// Behind the reply that announced it, of `at` bytes.
Heard with_content(std::string_view received, std::size_t at, bool ended) {
  const auto rest = received.substr(at);
  if (rest.size() < protocol::header_size) return ended ? no_ftp("it closed before the data") : Heard{};
  const auto size = protocol::decode_header(rest.substr(0, protocol::header_size),
                                            std::numeric_limits<std::uint32_t>::max());
  if (!size) return no_ftp(size.error().message);
  if (rest.size() - protocol::header_size < *size)
    return ended ? no_ftp("it closed within the data") : Heard{};
  const auto begin = at + protocol::header_size;
  const auto [reply, otherwise] = reply_at(received, begin + *size, ended);
  if (reply.code == 0) return otherwise;
  const auto bytes = begin + *size + reply.text.size();
  if (!reply.is(2)) return refused(reply, bytes);
  Heard heard;
  heard.kind = Heard::Kind::file;
  heard.bytes = bytes;
  heard.content = received.substr(begin, *size);
  heard.goes_on = true;
  return heard;
}

class Ftp final : public Speech {
 public:
  std::string_view dialect() const override { return "ftp"; }
  std::string_view clause() const override { return "7.8"; }
  std::string ask(std::string_view name) const override { return "RETR " + std::string(name) + "\r\n"; }
  std::string ask_nothing() const override { return "\r\n"; }

  protocol::Result<std::unique_ptr<Wire>> open(const Visit& visit) const override {
    auto session = std::make_unique<FtpSession>(visit);
    if (const auto connected = session->connect(); !connected) return connected.error();
    return std::unique_ptr<Wire>(std::make_unique<FtpWire>(std::move(session)));
  }

  bool stores_files() const override { return true; }
  std::unique_ptr<FileSession> file_session(const Visit& visit) const override {
    return std::make_unique<FtpFiles>(visit);
  }

  Heard hear(std::string_view received, bool ended) const override {
    if (received.empty()) {
      Heard heard;
      if (ended) heard.kind = Heard::Kind::closed;
      return heard;
    }
    const auto [reply, otherwise] = reply_at(received, 0, ended);
    if (reply.code == 0) return otherwise;
    if (reply.is(1)) return with_content(received, reply.text.size(), ended);
    if (!reply.refuses())
      return no_ftp("a reply that begins no transfer and refuses none: " + reply.text.substr(0, 80));
    auto heard = refused(reply, reply.text.size());
    heard.is_not_found = reply.code == 550 || reply.code == 450;  // RFC 959, 5.4
    return heard;
  }
};

const RegisteredSpeech registered(std::make_unique<Ftp>());

}  // namespace
}  // namespace bftp::torture
