#include <algorithm>

#include "server_under_test/specimens/fault.hpp"

namespace bftp::server::specimens {
namespace {

/// Ends where the last block would begin. A file of less than a block loses all of it.
class WithoutLastBlock final : public SourceDecorator {
 public:
  WithoutLastBlock(std::unique_ptr<Source> inner, std::uint64_t block_bytes)
      : SourceDecorator(std::move(inner)), left_((SourceDecorator::size() - 1) / block_bytes * block_bytes) {}

  std::size_t read(std::span<std::byte> into) override {
    if (left_ == 0) return 0;
    const auto got = SourceDecorator::read(
        into.first(static_cast<std::size_t>(std::min<std::uint64_t>(into.size(), left_))));
    left_ -= got;
    return got;
  }

 private:
  std::uint64_t left_;
};

/// A loop that ends at the first short read, before it has sent what that read brought.
class DropLastBlock final : public Fault {
 public:
  using Fault::Fault;

 protected:
  void before(Answer& answer, const protocol::Request&, Session&) override {
    if (!answer.body || answer.body->size() == 0 || !dice.hits(settings.number("p"))) return;
    answer.body = std::make_unique<WithoutLastBlock>(std::move(answer.body), settings.count("block"));
  }
};

const Registered registered_drop_last_block(
    {"drop_last_block",
     "identity",
     "GET announces the whole file, sends all but the last block and closes",
     {{"p", 1, 0, 1, "share of GETs"}, {"block", 4096, 1, 1e9, "bytes"}},
     make_service<DropLastBlock>});

}  // namespace
}  // namespace bftp::server::specimens
