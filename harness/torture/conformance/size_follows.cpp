#include <fmt/format.h>

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "harness/torture/conformance/store_trial.hpp"
#include "harness/torture/found.hpp"
#include "harness/torture/own_file.hpp"

namespace bftp::torture {
namespace {

constexpr const char* stale_size_cause =
    "Ask the file itself (fstat) each time, in bytes and in decimal. A size that is kept by name is wrong "
    "once PUT, MOVE or DELETE have changed the file.";

class SizeFollows final : public Case {
 public:
  std::string_view id() const override { return "conformance.size_follows"; }
  std::string_view category() const override { return "conformance"; }
  std::vector<std::string_view> suites() const override { return {"conformance", "transfer"}; }
  std::string_view title() const override { return "SIZE is that of the file as it is now"; }
  std::string_view about() const override {
    return "Asks for the size of a file that is there; stores a file, replaces it with a longer, an empty "
           "and a shorter one, and asks for its size each time; deletes it, and asks again. Removes the "
           "file. A server without SIZE is skipped; one that takes no file is asked for the one that is "
           "there.";
  }
  bool applies_to(const Speech& speech) const override { return speech.dialect() == "bftp"; }
  record::CaseDemand demand(const Speech&) const override { return record::CaseDemand::must; }
  std::vector<std::string> clauses(const Speech&) const override { return {"5.2", "4.8"}; }

  Finding run(CaseContext& context) const override {
    auto finding = go_through(context);
    finding.done = "SIZE was asked of a file that is there, and of one that was stored and replaced.";
    finding.expected = "OK and the number of bytes, each time.";
    return finding;
  }

 private:
  static Finding go_through(CaseContext& context) {
    const auto& probe = context.files().probe;
    BftpFiles client(context.visit());
    if (const auto entered = client.enter(); !entered.done()) return skipped(entered.words);
    const auto first = client.tell("SIZE " + probe.name);
    if (first.kind == FileAnswer::Kind::not_offered) return skipped("the server has no SIZE: " + first.words);
    if (auto fault = fault_of(first, probe.content.size())) return std::move(*fault);
    if (context.own_name().empty()) return kept("the size was right");
    const OwnFile file(context);
    for (const std::size_t size : {4'099u, 70'001u, 0u, 13u}) {
      const auto stored = client.store(file.name(), trial_content(size, 0));
      if (stored.refuses())
        return kept("the size was right, as far as the server took files: " + stored.words);
      if (!stored.done()) return not_stored(stored);
      if (auto fault = fault_of(client.tell("SIZE " + file.name()), size)) return std::move(*fault);
    }
    if (!client.remove(file.name()).done()) return kept("the size was right each time");
    const auto gone = client.tell("SIZE " + file.name());
    if (gone.done())
      return broken(
          fmt::format("to SIZE of a file that was deleted it answered \"OK {}\"", escaped(gone.content, 40)),
          stale_size_cause);
    return kept("the size was right each time");
  }

  static std::optional<Finding> fault_of(const FileAnswer& answer, std::size_t due) {
    if (!answer.done()) return broken(fmt::format("to SIZE of a file of {} bytes {}", due, answer.words), "");
    if (answer.content == std::to_string(due)) return std::nullopt;
    return broken(
        fmt::format("to SIZE of a file of {} bytes it answered \"OK {}\"", due, escaped(answer.content, 40)),
        stale_size_cause);
  }
};

BFTP_REGISTER_CASE(SizeFollows)

}  // namespace
}  // namespace bftp::torture
