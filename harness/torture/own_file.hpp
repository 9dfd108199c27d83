#pragma once

#include <string>

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

/// Where CaseContext::own_name() is empty.
Finding nothing_may_be_stored();
/// The first PUT was not taken. Transfers are judged elsewhere, where the run has PUTs at all.
Finding not_stored(const FileAnswer& answer);

}  // namespace bftp::torture
