#include "harness/torture/concurrency/held_case.hpp"

namespace bftp::torture {
namespace {

class SilentClient final : public HeldCase {
 public:
  std::string_view id() const override { return "concurrency.silent_client"; }
  std::vector<std::string_view> suites() const override { return {"concurrency", "transfer"}; }
  std::string_view title() const override { return "A silent client does not hold up others"; }
  std::string_view about() const override {
    return "One client connects and says nothing, and another asks for a file; then the same with one that "
           "has sent half a request. The other has to be served meanwhile, and not "
           "a second late. Only a warning in the lecture's "
           "dialects, whose first servers take one client after the other by design.";
  }

  Finding run(CaseContext& context) const override {
    const auto request = context.speech().ask(context.files().probe.name);
    auto finding = beside(context, "", "A client connected and said nothing.");
    if (finding.result == record::CaseResult::kept)
      finding = beside(context, request.substr(0, request.size() / 2),
                       "A client sent half of a request, and then nothing.");
    if (finding.result != record::CaseResult::kept) return finding;
    finding.done = "A client connected and said nothing; then one sent half of a request, and nothing more.";
    finding.happened = "another client was served meanwhile, each time";
    return finding;
  }

 private:
  static Finding beside(CaseContext& context, const std::string& sent, std::string done) {
    auto held = context.hold(sent);
    auto finding =
        ask_meanwhile(context, std::chrono::milliseconds(50), [&] { context.let_go(std::move(held)); });
    finding.done = std::move(done);
    if (finding.result != record::CaseResult::kept)
      finding.cause = cause_of_waiting(
          context.speech(), "one that connects and says nothing closes the service for everybody.");
    return finding;
  }
};

BFTP_REGISTER_CASE(SilentClient)

}  // namespace
}  // namespace bftp::torture
