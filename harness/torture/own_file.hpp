#pragma once

#include <string>
#include <utility>
#include <vector>

#include "harness/torture/bftp_files.hpp"
#include "harness/torture/case_context.hpp"
#include "harness/torture/finding.hpp"

namespace bftp::torture {

/// A file of the case's own on the server. It goes with the object, on a connection of its own.
class OwnFile {
 public:
  explicit OwnFile(CaseContext& context) : context_(context) {}
  OwnFile(const OwnFile&) = delete;
  OwnFile& operator=(const OwnFile&) = delete;
  ~OwnFile() {
    const auto tidying = context_.tidies_up();
    BftpFiles last(context_.visit());
    if (last.enter().done()) static_cast<void>(last.remove(name()));
  }
  const std::string& name() const { return context_.own_name(); }

 private:
  CaseContext& context_;
};

/// Requests that are sent when the object goes, on a connection of their own, whatever the answers are: what
/// a case made under more names than one goes so.
class LastRequests {
 public:
  LastRequests(CaseContext& context, std::vector<std::string> requests)
      : context_(context), requests_(std::move(requests)) {}
  LastRequests(const LastRequests&) = delete;
  LastRequests& operator=(const LastRequests&) = delete;
  ~LastRequests() {
    const auto tidying = context_.tidies_up();
    BftpFiles last(context_.visit());
    if (!last.enter().done()) return;
    for (const std::string& request : requests_) static_cast<void>(last.tell(request));
  }

 private:
  CaseContext& context_;
  std::vector<std::string> requests_;
};

/// Where CaseContext::own_name() is empty.
Finding nothing_may_be_stored();
/// The first PUT was not taken. A refusal leaves a case nothing to try. A connection that is closed may be
/// one that carries a single request, which is another case's business. All else keeps a client waiting for
/// an answer that clauses 4.2 and 4.9 owe it.
Finding not_stored(const FileAnswer& answer);

/// A PUT onto a file that is there was refused as clauses allow: the server may not do it (403), or lacks
/// room (4.9, 4.12). Nothing more can be tried then, and nothing is broken.
bool may_refuse_to_replace(const FileAnswer& answer);

/// Why a PUT has no answer, for a student.
extern const char* const unanswered_put_cause;

}  // namespace bftp::torture
