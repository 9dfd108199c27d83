#include <fmt/format.h>

#include <algorithm>

#include "harness/judge/client_trials.hpp"
#include "harness/judge/statistics/proportion.hpp"
#include "harness/judge/wording.hpp"

namespace bftp::judge {
namespace {

using record::TransferError;

/// A client that does not say truthfully how a transfer went, in one of the kept failures.
std::string what_it_did(const record::TransferRecord& row) {
  if (!row.client_end) return {};
  const auto& end = *row.client_end;
  if (row.error == TransferError::none)
    return fmt::format("it ended with exit status 0, but the {} bytes that it wrote are not the file",
                       row.bytes);
  if (end.exit_code.value_or(0) != 0 && row.identical.value_or(false))
    return fmt::format("it ended with exit status {}, although the file that it left is whole and right",
                       *end.exit_code);
  return row.detail;
}

class ClientTransfers final : public Check {
 public:
  std::string_view id() const override { return "client.transfers"; }
  Category category() const override { return Category::client; }
  std::string_view title() const override {
    return "The client gets the file, and says truthfully whether it did";
  }
  std::string_view about() const override {
    return "Every transfer of an external client: exit status 0 with the right file under {local} (SHA-256), "
           "within its deadline and its bounds. Exit status 0 with a wrong file or none is a failure, and so "
           "is another exit status with the right one.";
  }
  std::vector<LimitSpec> limits() const override {
    return {{"failed_max", 0, "transfers", "against a server that works, a client that works never fails"}};
  }
  bool needs_confirmation() const override { return false; }

  Verdict judge(const Evidence& evidence, const LimitValues& limits) const override {
    const auto& record = evidence.record;
    Verdict verdict = begin(*this, evidence);
    verdict.expected = "The file is where {local} says, byte for byte, and the exit status is 0.";
    const auto total = record.transfers.total(record::Arm::server);
    if (!has_external_client(record)) return skipped(std::move(verdict), "No external client: see --client.");
    if (total.transfers == 0) return skipped(std::move(verdict), "Nothing was transferred.");
    const auto local =
        record.transfers.errors_by_kind(record::Arm::server)[static_cast<std::size_t>(TransferError::local)];
    const std::uint64_t failed = total.different + total.errors - std::min(total.errors, local);
    const double allowed = limit(*this, limits, "failed_max");
    verdict.limit = allowed == 0 ? "none may fail" : fmt::format("at most {} may fail", allowed);
    verdict.measured = fmt::format("{} of {} failed", failed, counted(total.transfers, "transfer"));
    if (static_cast<double>(failed) > allowed)
      return fails(std::move(verdict), evidence, failed, total.transfers);
    if (local > 0)
      return inconclusive(std::move(verdict),
                          counted(local, "transfer") + " failed through the harness's machine.",
                          "Free disk and memory on this machine and run again.");
    verdict.status = Status::pass;
    verdict.confidence = fmt::format("failures below {} at 95 % confidence",
                                     percent(*statistics::upper_bound(failed, total.transfers)));
    verdict.summary = failed > 0 ? within_the_plan(verdict.measured)
                                 : fmt::format("All {} ended with exit status 0 and the right file.",
                                               counted(total.transfers, "transfer"));
    return verdict;
  }

 private:
  static Verdict fails(Verdict verdict, const Evidence& evidence, std::uint64_t failed,
                       std::uint64_t transfers) {
    const auto& failures = evidence.record.transfers.failures();
    const auto first = std::ranges::find_if(failures, [](const auto& row) {
      return row.arm == record::Arm::server && row.error != TransferError::local;
    });
    verdict.status = Status::fail;
    verdict.severity = Severity::critical;
    verdict.summary = fmt::format("{} of {} failed.", failed, counted(transfers, "transfer"));
    verdict.happened = verdict.summary;
    if (first != failures.end())
      verdict.happened += fmt::format(" The first: {}.", quoted(what_it_did(*first), 400));
    verdict.cause =
        "Run the client by hand against the same server, look at what it prints, at echo $? and at the file "
        "(cmp). If the server is not the reference server, the same run without --client tells whether it is "
        "to blame.";
    return verdict;
  }
};

BFTP_REGISTER_CHECK(ClientTransfers)

}  // namespace
}  // namespace bftp::judge
