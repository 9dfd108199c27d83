#pragma once

#include <string>
#include <string_view>

#include "harness/torture/found.hpp"
#include "harness/torture/framing/framing_case.hpp"
#include "harness/torture/ftp_session.hpp"

namespace bftp::torture {

/// What FTP has beside asking for a file: a dialogue of commands and replies. No other dialect has these.
class FtpCase : public FramingCase {
 public:
  bool applies_to(const Speech& speech) const override { return speech.dialect() == "ftp"; }
  Finding run(CaseContext& context) const final;

 protected:
  /// The session is connected and logged in.
  virtual Finding converse(FtpSession& session, const CaseFiles& files) const = 0;
};

}  // namespace bftp::torture
