#include "server_under_test/specimens/identity/remapped_source.hpp"

namespace bftp::server::specimens {
namespace {

/// A buffer that is sent again because the read that should have filled it failed.
class RepeatBlock final : public Fault {
 public:
  using Fault::Fault;

 protected:
  void before(Answer& answer, const protocol::Request&, Session&) override {
    if (!answer.body || blocks_of(*answer.body) < 2 || !dice.hits(settings.number("p"))) return;
    const auto second = 1 + dice.below(blocks_of(*answer.body) - 1);
    answer.body = std::make_unique<RemappedSource>(std::move(answer.body), [second](std::uint64_t block) {
      return block == second ? block - 1 : block;
    });
  }
};

const Registered registered_repeat_block(
    {"repeat_block",
     "identity",
     "sends one block of 4 KiB twice, in place of the next, in a share p of GETs",
     {{"p", 0.05, 0, 1, "share of GETs"}},
     make_service<RepeatBlock>});

}  // namespace
}  // namespace bftp::server::specimens
