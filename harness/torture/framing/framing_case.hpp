#pragma once

#include <string>
#include <utility>
#include <vector>

#include "harness/torture/case.hpp"

/// What the framing cases have in common: they are quick, so every run that transfers has them.
namespace bftp::torture {

/// The dialect's own; with clause 1.4 where one asks by a message, with RFC 959, 5.3 where by a command.
std::vector<std::string> segment_clauses(const Speech& speech);

/// Why a request that comes in parts is not understood, for a student.
std::string cause_of_short_read(Reaction reaction, const Speech& speech);

class FramingCase : public Case {
 public:
  std::string_view category() const override { return "framing"; }
  std::vector<std::string_view> suites() const override { return {"transfer"}; }
  bool applies_to(const Speech&) const override { return true; }
  record::CaseDemand demand(const Speech&) const override { return record::CaseDemand::must; }
};

/// A client that goes away without hearing an answer: only the server's fate is looked at, by the runner.
class LeavingCase : public FramingCase {
 public:
  std::vector<std::string> clauses(const Speech&) const override { return {"2.6"}; }

 protected:
  Finding leave(CaseContext& context, std::string done, std::string sent) const;
};

}  // namespace bftp::torture
