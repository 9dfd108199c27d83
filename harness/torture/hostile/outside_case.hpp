#pragma once

#include <string>
#include <utility>
#include <vector>

#include "harness/torture/case.hpp"
#include "harness/torture/found.hpp"

/// Cases that try to reach a file beside the server's root. It is of random content and ours: a server that
/// sends it has opened it, and nothing of anybody else's is touched.
namespace bftp::torture {

class OutsideCase : public Case {
 public:
  std::string_view category() const override { return "hostile"; }
  bool applies_to(const Speech&) const override { return true; }
  std::vector<std::string> clauses(const Speech&) const override { return {"3.2"}; }

 protected:
  /// One request on a connection of its own. Where nothing marks a name's end, FIN does.
  static Talk ask(CaseContext& context, std::string request);
  static bool gave_away(const Talk& talk, const OutsideFile& file);
  /// The root is not ours, or what is needed could not be made in it.
};

}  // namespace bftp::torture
