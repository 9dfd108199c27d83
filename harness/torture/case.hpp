#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "harness/record/case_outcome.hpp"
#include "harness/torture/case_context.hpp"
#include "harness/torture/finding.hpp"
#include "harness/torture/speech.hpp"

namespace bftp::torture {

/// One unpleasant thing that a client may do. Stateless. Each lives in a file of its own, in the folder of
/// its category, and registers itself with BFTP_REGISTER_CASE, so that adding one touches that file and its
/// test.
///
/// A case opens one connection after the other, so that servers that serve one and exit can be tried too, or
/// says that it needs a server of several. It does not look after the server: the runner does, with a plain
/// transfer after each case.
class Case {
 public:
  virtual ~Case() = default;
  virtual std::string_view id() const = 0;        ///< "framing.byte_by_byte"
  virtual std::string_view category() const = 0;  ///< the word that its verdict carries
  /// What --suite calls for it: the one of its category, and `transfer` for those that every run has.
  virtual std::vector<std::string_view> suites() const = 0;
  virtual std::string_view title() const = 0;
  virtual std::string_view about() const = 0;  ///< for `list cases` and the docs: what is done, and why

  virtual bool applies_to(const Speech& speech) const = 0;
  /// It holds one connection while it uses another.
  virtual bool needs_several_connections() const { return false; }
  virtual record::CaseDemand demand(const Speech& speech) const = 0;
  virtual std::vector<std::string> clauses(const Speech& speech) const = 0;
  virtual Finding run(CaseContext& context) const = 0;
};

/// All cases, by id.
const std::vector<const Case*>& all_cases();

namespace detail {
bool register_case(std::unique_ptr<Case> one);
}
#define BFTP_REGISTER_CASE(Class)                                        \
  namespace {                                                            \
  [[maybe_unused]] const bool registered_##Class =                       \
      ::bftp::torture::detail::register_case(std::make_unique<Class>()); \
  }

}  // namespace bftp::torture
