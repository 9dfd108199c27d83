#include <algorithm>

#include "server_under_test/specimens/fault.hpp"

namespace bftp::server::specimens {
namespace {

/// Ends half-way.
class HalfSource final : public SourceDecorator {
 public:
  using SourceDecorator::SourceDecorator;
  std::size_t read(std::span<std::byte> into) override {
    const auto left = size() / 2 - sent_;
    if (left == 0) return 0;
    const auto got = SourceDecorator::read(
        into.first(static_cast<std::size_t>(std::min<std::uint64_t>(into.size(), left))));
    sent_ += got;
    return got;
  }

 private:
  std::uint64_t sent_ = 0;
};

/// A write that was interrupted and not taken up again.
class CutSometimes final : public Fault {
 public:
  using Fault::Fault;

 protected:
  void before(Answer& answer, const protocol::Request&, Session&) override {
    if (answer.body && dice.hits(settings.number("p")))
      answer.body = std::make_unique<HalfSource>(std::move(answer.body));
  }
};

const Registered registered_cut_sometimes({"cut_sometimes",
                                           "identity",
                                           "closes half-way through a share p of GETs",
                                           {{"p", 0.02, 0, 1, "share of GETs"}},
                                           make_service<CutSometimes>});

}  // namespace
}  // namespace bftp::server::specimens
