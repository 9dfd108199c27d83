#include "harness/torture/conformance/half_put_case.hpp"

#include <utility>

namespace bftp::torture {

Finding HalfPutCase::not_tried(std::string why) {
  Finding finding;
  finding.result = record::CaseResult::skipped;
  finding.happened = std::move(why);
  return finding;
}

Finding HalfPutCase::not_stored(const FileAnswer& answer) {
  if (answer.refuses()) return not_tried("the server takes no file of a new name: " + answer.words);
  return tolerated("the server neither took nor refused a file: " + answer.words);
}

Finding HalfPutCase::run(CaseContext& context) const {
  if (context.own_name().empty())
    return not_tried("the server's folder is not ours, and the run has no PUT (--ops)");
  const OwnFile file(context);
  BftpFiles writer(context.visit()), reader(context.visit());
  auto entered = writer.enter();
  if (entered.done()) entered = writer.fetch(context.files().probe.name);
  if (!entered.done()) {
    Finding finding;  // unknown: a plain transfer is another case's business
    finding.happened = "a file was not to be had: " + entered.words;
    return finding;
  }
  entered = reader.enter();
  if (entered.done()) entered = reader.fetch(context.files().probe.name);
  auto finding = entered.done() ? go_through(context, file, writer, reader)
                                : not_tried(
                                      "a second client had no answer while the first was there, so the "
                                      "server serves one at a time: " +
                                      entered.words);
  finding.done = done();
  finding.expected = expected();
  return finding;
}

}  // namespace bftp::torture
