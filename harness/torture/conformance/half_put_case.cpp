#include "harness/torture/conformance/half_put_case.hpp"

namespace bftp::torture {

Finding HalfPutCase::run(CaseContext& context) const {
  if (context.own_name().empty()) return nothing_may_be_stored();
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
                                : skipped(
                                      "a second client had no answer while the first was there, so the "
                                      "server serves one at a time: " +
                                      entered.words);
  finding.done = done();
  finding.expected = expected();
  return finding;
}

}  // namespace bftp::torture
