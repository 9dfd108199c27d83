#include "harness/torture/speech.hpp"

/// Clauses 7.1 to 7.4: the answer is the bytes, the close ends them, and a refusal is a close without a byte.
namespace bftp::torture {
namespace {

class BareBytes : public Speech {
 public:
  Heard hear(std::string_view received, bool ended) const override {
    Heard heard;
    if (!ended) return heard;
    heard.kind = received.empty() ? Heard::Kind::closed : Heard::Kind::file;
    heard.bytes = received.size();
    heard.content = received;
    return heard;
  }
  bool refuses_by_close() const override { return true; }
};

class Nul final : public BareBytes {
 public:
  std::string_view dialect() const override { return "nul"; }
  std::string_view clause() const override { return "7.1"; }
  std::string ask(std::string_view name) const override { return std::string(name) + '\0'; }
  std::string ask_nothing() const override { return std::string(1, '\0'); }
};

class Raw final : public BareBytes {
 public:
  std::string_view dialect() const override { return "raw"; }
  std::string_view clause() const override { return "7.2"; }
  std::string ask(std::string_view name) const override { return std::string(name); }
  std::string ask_nothing() const override { return {}; }
};

class Line final : public BareBytes {
 public:
  std::string_view dialect() const override { return "line"; }
  std::string_view clause() const override { return "7.3"; }
  std::string ask(std::string_view name) const override { return std::string(name) + '\n'; }
  std::string ask_nothing() const override { return "\n"; }
};

class Fixed final : public BareBytes {
 public:
  std::string_view dialect() const override { return "fixed"; }
  std::string_view clause() const override { return "7.4"; }
  std::string ask(std::string_view name) const override {
    std::string padded(name);
    if (padded.size() < request_bytes) padded.resize(request_bytes, ' ');
    return padded;
  }
  std::string ask_nothing() const override { return std::string(request_bytes, ' '); }
  std::size_t name_bytes_max() const override { return request_bytes; }

 private:
  static constexpr std::size_t request_bytes = 40;
};

const RegisteredSpeech registered_nul(std::make_unique<Nul>());
const RegisteredSpeech registered_raw(std::make_unique<Raw>());
const RegisteredSpeech registered_line(std::make_unique<Line>());
const RegisteredSpeech registered_fixed(std::make_unique<Fixed>());

}  // namespace
}  // namespace bftp::torture
