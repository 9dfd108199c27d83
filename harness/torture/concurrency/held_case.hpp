#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "harness/torture/case.hpp"
#include "harness/torture/found.hpp"

/// Cases in which clients hold connections of their own while another one asks for a file. Clause 6.1 binds
/// bftp. The lecture's first servers take one client after the other and are meant so: a warning.
namespace bftp::torture {

class HeldCase : public Case {
 public:
  std::string_view category() const override { return "concurrency"; }
  bool applies_to(const Speech&) const override { return true; }
  bool needs_several_connections() const override { return true; }
  std::vector<std::string> clauses(const Speech&) const override { return {"6.1"}; }
  record::CaseDemand demand(const Speech& speech) const override {
    return speech.dialect() == "bftp" ? record::CaseDemand::must : record::CaseDemand::should;
  }

 protected:
  /// Another client asks for a file, once the server has had a moment for those that are held; then they are
  /// let go. It was held up too if it is served in the end, but a second late and after ten times the time
  /// that it takes once nobody is held: a server that gives up on a silent client after some seconds stands
  /// still for as long.
  static Finding ask_meanwhile(CaseContext& context, std::chrono::milliseconds moment,
                               const std::function<void()>& let_go);
  /// `what` the held one did, and what follows from that, for a student.
  static std::string cause_of_waiting(const Speech& speech, const std::string& what);
};

}  // namespace bftp::torture
