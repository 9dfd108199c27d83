#include <algorithm>

#include "server_under_test/specimens/fault.hpp"

namespace bftp::server::specimens {
namespace {

/// Drops each CR; what is then missing at the end never comes.
class TextModeSource final : public SourceDecorator {
 public:
  using SourceDecorator::SourceDecorator;
  std::size_t read(std::span<std::byte> into) override {
    for (;;) {
      const auto got = SourceDecorator::read(into);
      const auto kept =
          std::remove(into.begin(), into.begin() + static_cast<std::ptrdiff_t>(got), std::byte{'\r'}) -
          into.begin();
      if (got == 0 || kept > 0) return static_cast<std::size_t>(kept);
    }
  }
};

/// The file opened in text mode, its size taken from the file system.
class TextMode final : public Fault {
 public:
  using Fault::Fault;

 protected:
  void before(Answer& answer, const protocol::Request&, Session&) override {
    if (answer.body) answer.body = std::make_unique<TextModeSource>(std::move(answer.body));
  }
};

const Registered registered_text_mode({"text_mode",
                                       "identity",
                                       "GET drops every CR and so ends before the announced size",
                                       {},
                                       make_service<TextMode>});

}  // namespace
}  // namespace bftp::server::specimens
