#include "harness/torture/framing/ftp_case.hpp"

namespace bftp::torture {

using record::CaseResult;

namespace {

Finding found(CaseResult result, std::string happened, std::string cause = {}) {
  Finding finding;
  finding.result = result;
  finding.happened = std::move(happened);
  finding.cause = std::move(cause);
  return finding;
}

}  // namespace

Finding kept(std::string happened) {
  return found(CaseResult::kept, std::move(happened));
}
Finding tolerated(std::string happened) {
  return found(CaseResult::tolerated, std::move(happened));
}
Finding broken(std::string happened, std::string cause) {
  return found(CaseResult::broken, std::move(happened), std::move(cause));
}

Finding FtpCase::run(CaseContext& context) const {
  FtpSession session(context.visit());
  if (!session.connect()) return broken("the server accepted no connection", {});
  if (const auto entered = session.enter(); !entered.is(2))
    return broken("the server let nobody in: " + in_words(entered),
                  "A user could log in before. Here the server did not recover from another one.");
  return converse(session, context.files());
}

}  // namespace bftp::torture
