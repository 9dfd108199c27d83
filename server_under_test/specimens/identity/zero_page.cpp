#include <algorithm>

#include "server_under_test/specimens/fault.hpp"

namespace bftp::server::specimens {
namespace {

/// A page of `bytes` zeros somewhere.
class ZeroPageSource final : public SourceDecorator {
 public:
  ZeroPageSource(std::unique_ptr<Source> inner, std::uint64_t start, std::uint64_t bytes)
      : SourceDecorator(std::move(inner)), start_(start), end_(start + bytes) {}

  std::size_t read(std::span<std::byte> into) override {
    const auto got = SourceDecorator::read(into);
    const auto first = std::max(start_, at()), last = std::min(end_, at() + got);
    for (auto i = first; i < last; ++i) into[static_cast<std::size_t>(i - at())] = std::byte{0};
    return got;
  }

 private:
  std::uint64_t start_, end_;
};

/// A page that was never written, or was sent before it was read.
class ZeroPage final : public Fault {
 public:
  using Fault::Fault;

 protected:
  void before(Answer& answer, const protocol::Request&, Session&) override {
    constexpr std::uint64_t page = 4'096;
    if (!answer.body || answer.body->size() < page || !dice.hits(settings.number("p"))) return;
    const auto start = dice.below(answer.body->size() / page) * page;
    answer.body = std::make_unique<ZeroPageSource>(std::move(answer.body), start, page);
  }
};

const Registered registered_zero_page({"zero_page",
                                       "identity",
                                       "replaces one page of 4 KiB by zeros in a share p of GETs",
                                       {{"p", 0.05, 0, 1, "share of GETs"}},
                                       make_service<ZeroPage>});

}  // namespace
}  // namespace bftp::server::specimens
