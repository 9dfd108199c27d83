#include "harness/torture/concurrency/held_case.hpp"

namespace bftp::torture {
namespace {

class StalledReader final : public HeldCase {
 public:
  std::string_view id() const override { return "concurrency.stalled_reader"; }
  std::vector<std::string_view> suites() const override { return {"concurrency"}; }
  /// FTP's file travels on a connection that only its dialogue opens.
  bool applies_to(const Speech& speech) const override { return speech.dialect() != "ftp"; }
  std::string_view title() const override { return "A client that does not read does not hold up others"; }
  std::string_view about() const override {
    return "One client asks for a large file and reads nothing, so that the server cannot send on; another "
           "asks for a small one and has to be served meanwhile. Of an attached server the large file is a "
           "fixture of 8 MiB or more. Only a warning in the lecture's dialects.";
  }

  Finding run(CaseContext& context) const override {
    const auto& large = context.files().large;
    if (large.empty())
      return skipped("no file is known that is larger than the buffers between a server and a client");
    auto held = context.hold(context.speech().ask(large));
    auto finding =
        ask_meanwhile(context, std::chrono::milliseconds(200), [&] { context.let_go(std::move(held)); });
    finding.done = "A client asked for a large file and read nothing of it.";
    if (finding.result != record::CaseResult::kept)
      finding.cause = cause_of_waiting(context.speech(),
                                       "one that does not read what it asked for closes the service for "
                                       "everybody. A lock that is held while "
                                       "a file is sent does the same to a server with threads.");
    return finding;
  }
};

BFTP_REGISTER_CASE(StalledReader)

}  // namespace
}  // namespace bftp::torture
