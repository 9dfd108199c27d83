#include "server_under_test/specimens/fault.hpp"

namespace bftp::server::specimens {
namespace {

/// The file and a line end.
class TrailingSource final : public SourceDecorator {
 public:
  using SourceDecorator::SourceDecorator;
  std::uint64_t size() const override { return SourceDecorator::size() + 1; }
  std::size_t read(std::span<std::byte> into) override {
    const auto got = SourceDecorator::read(into);
    if (got > 0) return got;
    into[0] = std::byte{'\n'};
    return 1;
  }
};

/// puts() in place of write(): bytes after the stream's end put the connection out of step.
class TrailingBytes final : public Fault {
 public:
  using Fault::Fault;

 protected:
  void before(Answer& answer, const protocol::Request&, Session&) override {
    if (answer.body && answer.body->size() > 0)
      answer.body = std::make_unique<TrailingSource>(std::move(answer.body));
  }
};

const Registered registered_trailing_bytes({"trailing_bytes",
                                            "framing",
                                            "GET sends a line end after the announced bytes",
                                            {},
                                            make_service<TrailingBytes>});

}  // namespace
}  // namespace bftp::server::specimens
