#include <fmt/format.h>

#include <algorithm>
#include <string>
#include <vector>

#include "harness/torture/bftp_files.hpp"
#include "harness/torture/case.hpp"
#include "harness/torture/found.hpp"

namespace bftp::torture {
namespace {

/// One that does not answer is left. Whether it should have is other cases' business.
constexpr std::chrono::milliseconds patience_for_an_answer{300};
constexpr std::size_t told_max = 80;

/// None of these stores, moves or removes anything on a server that takes it as far as it makes sense.
std::vector<std::string> odd_requests(const std::string& file) {
  const std::string most = "9223372036854775807", more = "18446744073709551615",
                    beyond = "99999999999999999999";
  std::vector<std::string> requests = {" ",        "  ", "GET",    "GET ", "get",
                                       "LIST a b", "CD", "DELETE", "SIZE", "HASH"};
  for (const std::string& number :
       {std::string("-1"), std::string("1.5"), std::string("1e9"), beyond, "+" + beyond}) {
    requests.push_back(fmt::format("RANGE {} 1 {}", number, file));
    requests.push_back(fmt::format("RANGE 0 {} {}", number, file));
    requests.push_back(fmt::format("MOVE {} no-such-a no-such-b", number));
  }
  for (const std::string& number : {most, more}) {
    requests.push_back(fmt::format("RANGE {} {} {}", number, number, file));
    requests.push_back(fmt::format("RANGE 1 {} {}", number, file));
    requests.push_back(fmt::format("MOVE {} no-such-a no-such-b", number));
  }
  for (const char* request :
       {"RANGE", "RANGE 1", "RANGE 1 2", "MOVE", "MOVE 1", "MOVE 9", "MOVE 9 a b", "MOVE 3 a b", "MOVE 0 a b",
        "PUT", "PUT 1", "PUT  ", "MKDIR", "RMDIR", "GET %s%n%s%n", "NOOP x", "FEAT x", "PWD x", "QUIT x"})
    requests.emplace_back(request);
  requests.push_back("GET " + std::string(5'000, 'a'));
  requests.emplace_back("GET \xff\xfe\x80");
  requests.push_back(std::string(3, '\0'));
  return requests;
}

class OddArguments final : public Case {
 public:
  std::string_view id() const override { return "hostile.odd_arguments"; }
  std::string_view category() const override { return "hostile"; }
  std::vector<std::string_view> suites() const override { return {"hostile", "transfer"}; }
  std::string_view title() const override { return "No argument ends the service"; }
  std::string_view about() const override {
    return "Sends each verb with arguments that lack, are no numbers, negative, too large, or point beyond "
           "the "
           "end of the request, bytes that are no UTF-8, and a name of 5000 bytes, each on a connection of "
           "its "
           "own. However the server answers, it has to serve the next client. Finds an index beyond the end, "
           "a "
           "sum that overflows, an exception that nobody catches. Codes are looked at by "
           "`conformance.refusals` and `conformance.extended_refusals`.";
  }
  bool applies_to(const Speech& speech) const override { return speech.dialect() == "bftp"; }
  record::CaseDemand demand(const Speech&) const override { return record::CaseDemand::must; }
  std::vector<std::string> clauses(const Speech&) const override { return {"6.1", "2.3", "4.13"}; }

  Finding run(CaseContext& context) const override {
    const auto requests = odd_requests(context.files().probe.name);
    auto finding = send_all(context, requests);
    finding.done =
        fmt::format("{} odd requests were sent, each on a connection of its own.", requests.size());
    finding.expected = "ERR, or the end of that one connection. The next client is served.";
    return finding;
  }

 private:
  static Finding send_all(CaseContext& context, const std::vector<std::string>& requests) {
    std::string before;
    for (const std::string& request : requests) {
      context.begins_log_anew();
      auto visit = context.visit();
      visit.patience = std::min(visit.patience, patience_for_an_answer);
      BftpFiles client(visit);
      if (const auto entered = client.enter(); !entered.done()) return over(before, entered.words);
      static_cast<void>(client.tell(request));
      before = request;
    }
    context.begins_log_anew();
    const auto& probe = context.files().probe;
    BftpFiles last(context.visit());
    if (const auto entered = last.enter(); !entered.done()) return over(before, entered.words);
    const auto file = last.fetch(probe.name);
    if (!file.done()) return over({}, "asked for a file, " + file.words);
    if (file.content != probe.content) return over({}, "another client got other bytes than the file's");
    return kept("after all of them a file was served as before");
  }

  /// `request`: the last that was sent; empty: any of them may have done it.
  static Finding over(const std::string& request, const std::string& words) {
    return broken(
        fmt::format("after {} {}",
                    request.empty() ? std::string("these requests")
                                    : fmt::format("the request \"{}\"", escaped(request, told_max)),
                    words),
        "What was parsed is used without a look: a length that points beyond the request, a sum that "
        "overflows, an argument that is not there. Check it first. And catch whatever a request may "
        "throw where a connection is served, so that it ends that connection alone.");
  }
};

BFTP_REGISTER_CASE(OddArguments)

}  // namespace
}  // namespace bftp::torture
