#include <fmt/format.h>

#include "harness/judge/client_trials.hpp"
#include "harness/judge/wording.hpp"

namespace bftp::judge {
namespace {

using record::ClientUse;

class ClientLeavesNothing final : public Check {
 public:
  std::string_view id() const override { return "client.leaves_nothing"; }
  Category category() const override { return Category::client; }
  std::string_view title() const override { return "The client leaves nothing behind"; }
  std::string_view about() const override {
    return "Each transfer of an external client runs in a fresh folder and a process tree of its own. "
           "Processes that outlive the client by 200 ms fail. Files that it leaves after a failed transfer, "
           "and further files beside a good copy, warn: many tools keep a part to continue from.";
  }
  std::vector<LimitSpec> limits() const override {
    return {{"with_processes_max", 0, "transfers", "nobody ends what a client has left running"}};
  }
  bool needs_confirmation() const override { return false; }

  Verdict judge(const Evidence& evidence, const LimitValues& limits) const override {
    const ClientUse& use = evidence.record.client_use;
    Verdict verdict = begin(*this, evidence);
    verdict.expected =
        "When the client has ended, its processes are gone, and of a failed transfer there is no file.";
    if (use.transfers == 0) return skipped(std::move(verdict), "No transfer by an external client.");
    verdict.limit = "no process, and no file of a failed transfer";
    verdict.measured = fmt::format(
        "{} with processes left, {} of {} with files left", counted(use.with_processes, "transfer"),
        use.failed_with_file + use.failed_with_others, counted(use.failed, "failed transfer"));
    if (static_cast<double>(use.with_processes) > limit(*this, limits, "with_processes_max"))
      return left_processes(std::move(verdict), use);
    if (use.failed_with_file + use.failed_with_others + use.with_others > 0)
      return left_files(std::move(verdict), use);
    verdict.status = Status::pass;
    verdict.summary = fmt::format("Nothing was left by {}, of which {} failed.",
                                  counted(use.transfers, "transfer"), use.failed);
    return verdict;
  }

 private:
  static Verdict left_processes(Verdict verdict, const ClientUse& use) {
    verdict.status = Status::fail;
    verdict.severity = Severity::major;
    verdict.summary = fmt::format("After {} of {} processes of the client lived on, and had to be killed.",
                                  use.with_processes, counted(use.transfers, "transfer"));
    verdict.happened = verdict.summary;
    if (!use.process_words.value_or("").empty())
      verdict.happened += " The client had said: " + quoted(*use.process_words, 240) + ".";
    verdict.cause =
        "The client starts helpers and does not wait for them: join threads and wait for children before "
        "the end.";
    return verdict;
  }

  static Verdict left_files(Verdict verdict, const ClientUse& use) {
    verdict.status = Status::warn;
    verdict.severity = Severity::minor;
    std::vector<std::string> parts;
    if (use.failed_with_file > 0)
      parts.push_back(fmt::format("a broken file under the name that was asked for after {} of {}",
                                  use.failed_with_file, counted(use.failed, "failed transfer")));
    if (use.failed_with_others > 0)
      parts.push_back(fmt::format("further files after {} of {}", use.failed_with_others,
                                  counted(use.failed, "failed transfer")));
    if (use.with_others > 0)
      parts.push_back(fmt::format("further files beside {}", counted(use.with_others, "good copy")));
    verdict.summary = "The client left " + joined(parts) + ".";
    verdict.happened = verdict.summary;
    if (!use.example.empty()) verdict.happened += " One of them is " + quoted(use.example) + ".";
    verdict.cause =
        "Write to another name and rename when the file is whole, and remove what is there when a transfer "
        "fails; curl does so with --remove-on-error.";
    return verdict;
  }
};

BFTP_REGISTER_CHECK(ClientLeavesNothing)

}  // namespace
}  // namespace bftp::judge
