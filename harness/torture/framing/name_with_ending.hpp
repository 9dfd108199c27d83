#pragma once

#include "harness/torture/framing/framing_case.hpp"

namespace bftp::torture {

/// A name with bytes behind it that some clients append. In bftp it is no name: a request holds no control
/// characters. In the other dialects no clause says that such a name must be served, or not; it must not
/// confuse the server.
class NameWithEnding : public FramingCase {
 public:
  record::CaseDemand demand(const Speech& speech) const override {
    return speech.dialect() == "bftp" ? record::CaseDemand::must : record::CaseDemand::should;
  }
  std::vector<std::string> clauses(const Speech& speech) const override;

 protected:
  /// `called`: "a line feed".
  Finding ask_with(CaseContext& context, std::string_view ending, std::string_view called) const;
};

}  // namespace bftp::torture
