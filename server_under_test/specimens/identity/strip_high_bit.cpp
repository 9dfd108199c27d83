#include "server_under_test/specimens/fault.hpp"

namespace bftp::server::specimens {
namespace {

/// Leaves seven bits of each byte.
class SevenBitSource final : public SourceDecorator {
 public:
  using SourceDecorator::SourceDecorator;
  std::size_t read(std::span<std::byte> into) override {
    const auto got = SourceDecorator::read(into);
    for (auto& byte : into.first(got)) byte &= std::byte{0x7f};
    return got;
  }
};

/// An ASCII encoder on the way: plain English text survives it.
class StripHighBit final : public Fault {
 public:
  using Fault::Fault;

 protected:
  void before(Answer& answer, const protocol::Request&, Session&) override {
    if (answer.body) answer.body = std::make_unique<SevenBitSource>(std::move(answer.body));
  }
};

const Registered registered_strip_high_bit({"strip_high_bit",
                                            "identity",
                                            "GET clears the highest bit of every byte",
                                            {},
                                            make_service<StripHighBit>});

}  // namespace
}  // namespace bftp::server::specimens
