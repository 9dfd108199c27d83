#include "server_under_test/specimens/identity/remapped_source.hpp"

namespace bftp::server::specimens {
namespace {

/// Two requests to a disk that come back in the wrong order.
class SwapBlocks final : public Fault {
 public:
  using Fault::Fault;

 protected:
  void before(Answer& answer, const protocol::Request&, Session&) override {
    if (!answer.body || blocks_of(*answer.body) < 2 || !dice.hits(settings.number("p"))) return;
    const auto first = dice.below(blocks_of(*answer.body) - 1);
    answer.body = std::make_unique<RemappedSource>(std::move(answer.body), [first](std::uint64_t block) {
      if (block == first) return first + 1;
      return block == first + 1 ? first : block;
    });
  }
};

const Registered registered_swap_blocks({"swap_blocks",
                                         "identity",
                                         "swaps two neighbouring blocks of 4 KiB in a share p of GETs",
                                         {{"p", 0.05, 0, 1, "share of GETs"}},
                                         make_service<SwapBlocks>});

}  // namespace
}  // namespace bftp::server::specimens
