#include "harness/torture/framing/ftp_case.hpp"

namespace bftp::torture {

Finding FtpCase::run(CaseContext& context) const {
  FtpSession session(context.visit());
  if (!session.connect()) return broken("the server accepted no connection", {});
  if (const auto entered = session.enter(); !entered.is(2))
    return broken("the server let nobody in: " + in_words(entered),
                  "A user could log in before. Here the server did not recover from another one.");
  return converse(session, context.files());
}

}  // namespace bftp::torture
