#include <fmt/format.h>

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>

#include "harness/torture/case.hpp"
#include "harness/torture/found.hpp"
#include "protocol/request.hpp"

namespace bftp::torture {
namespace {

/// Of a header of clause 1.6, and the code that is due; 400 is as good for a length.
struct WrongHeader {
  std::string_view bytes;
  std::uint16_t code;
};
constexpr std::uint16_t any_mistake = 400;
/// A byte that is no digit, a blank, a sign; a byte more than a message may have, and all that eight digits
/// hold.
constexpr std::array<WrongHeader, 5> wrong_headers{
    {{"0000zz05", 400}, {"       5", 400}, {"-0000005", 400}, {"00010001", 413}, {"ffffffff", 413}}};

class MalformedHeader final : public Case {
 public:
  std::string_view id() const override { return "conformance.malformed_header"; }
  std::string_view category() const override { return "conformance"; }
  std::vector<std::string_view> suites() const override { return {"conformance", "hostile"}; }
  std::string_view title() const override { return "A header that is none is refused at once"; }
  std::string_view about() const override {
    return "Sends headers with a letter, blanks or a sign among the digits, one of 65,537 bytes, and "
           "ffffffff, and nothing behind them. `ERR 400`, or 413 for a length, is due, and then the end of "
           "the connection. Finds a server that believes any length, waits for 4 GiB and makes room for "
           "them.";
  }
  bool applies_to(const Speech& speech) const override { return speech.dialect() == "bftp"; }
  record::CaseDemand demand(const Speech&) const override { return record::CaseDemand::must; }
  std::vector<std::string> clauses(const Speech&) const override { return {"1.6"}; }

  Finding run(CaseContext& context) const override {
    auto finding = kept(fmt::format("the server refused all {} and closed", wrong_headers.size()));
    for (const WrongHeader& header : wrong_headers) {
      CaseContext::Plan plan;
      plan.pieces = {std::string(header.bytes)};
      plan.answers = 2;  // behind the first there is nothing but the end
      if (auto fault = fault_of(context.talk(plan), header)) {
        finding = std::move(*fault);
        if (finding.result != record::CaseResult::tolerated) break;
      }
    }
    finding.done = "Headers that are none were sent, each on a connection of its own, and nothing else.";
    finding.expected = "ERR 400, or 413 for a length above 65,536; then the server closes.";
    return finding;
  }

 private:
  static std::optional<Finding> fault_of(const Talk& talk, const WrongHeader& header) {
    if (!talk.connected) {
      Finding finding;  // unknown
      finding.happened = "the server accepted no connection";
      return finding;
    }
    const auto about = [&](std::string_view what) {
      return fmt::format("to the header \"{}\" the server {}", header.bytes, what);
    };
    if (talk.heard.empty()) return unanswered(talk, header, about);
    const auto reply = protocol::parse_reply(talk.heard.front().text);
    if (!reply || (reply->code != header.code && reply->code != any_mistake))
      return broken(
          about(fmt::format("answered \"{}\" (due: {})", escaped(talk.heard.front().text, 80), header.code)),
          "Look at the header before anything else: eight hexadecimal digits, at most 00010000.");
    if (talk.timed_out)
      return broken(about("answered rightly and kept the connection"),
                    "What follows such a header cannot be told from data, so there is nothing to go on with: "
                    "answer, and close.");
    if (talk.heard.size() > 1) return broken(about("answered, and then answered again"), "");
    return std::nullopt;
  }

  template <class About>
  static Finding unanswered(const Talk& talk, const WrongHeader& header, const About& about) {
    if (talk.timed_out)
      return broken(
          about("said nothing and waited"),
          header.code == 413
              ? "The length is believed: the server waits for as many bytes, and perhaps makes room "
                "for them at once, which four clients can exhaust. Compare it with 65,536 first."
              : "The digits are not looked at: strtol() and its kin take blanks and signs, and stop "
                "at the first byte that they do not know. Look at all eight.");
    if (talk.stopped_reading)
      return broken(about(fmt::format("sent more than any answer has: reading stopped after {} bytes",
                                      talk.received.size())),
                    "");
    // The end of the connection is due, and the words before it were for a person.
    return tolerated(
        about(talk.reset ? "cut the connection (RST) without an answer" : "closed without an answer"));
  }
};

BFTP_REGISTER_CASE(MalformedHeader)

}  // namespace
}  // namespace bftp::torture
