#include <fmt/format.h>

#include "harness/torture/concurrency/held_case.hpp"

namespace bftp::torture {
namespace {

constexpr std::size_t idle_clients = 8;

class IdleClients final : public HeldCase {
 public:
  std::string_view id() const override { return "concurrency.idle_clients"; }
  std::vector<std::string_view> suites() const override { return {"concurrency"}; }
  std::string_view title() const override { return "Some idle clients leave room for others"; }
  std::string_view about() const override {
    return "Eight clients connect and say nothing, and a ninth asks for a file. Only a warning: no clause "
           "says how many clients there is room for, and `ERR 503` is an orderly no.";
  }
  record::CaseDemand demand(const Speech&) const override { return record::CaseDemand::should; }

  Finding run(CaseContext& context) const override {
    std::vector<std::unique_ptr<Wire>> held;
    do held.push_back(context.hold(""));
    while (held.back() != nullptr && held.size() < idle_clients);
    const auto connected = held.size() - (held.back() == nullptr ? 1 : 0);
    auto finding = ask_meanwhile(context, std::chrono::milliseconds(50), [&] {
      for (auto& wire : held) context.let_go(std::move(wire));
    });
    finding.done =
        connected == idle_clients
            ? fmt::format("{} clients connected and said nothing.", connected)
            : fmt::format("{} of {} clients were let in, and said nothing.", connected, idle_clients);
    if (finding.result != record::CaseResult::kept)
      finding.cause = fmt::format(
          "The server has room for fewer than {} clients, or attends to one at a time: a table, pool or "
          "backlog of fixed size that idle clients fill. Make it larger, and end clients that say nothing "
          "for long.",
          idle_clients + 1);
    return finding;
  }
};

BFTP_REGISTER_CASE(IdleClients)

}  // namespace
}  // namespace bftp::torture
