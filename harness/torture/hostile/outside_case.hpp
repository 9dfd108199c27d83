#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "harness/torture/bftp_files.hpp"
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
};

/// A path that a server may be asked for, and the place that it would name if the server did not look: from
/// the folder that the root lies in.
struct OutsideWay {
  std::string path;
  std::string place;
};

/// To `name` beside the root: by `..`, by a folder's name and `../..`, by what is an absolute path.
std::vector<OutsideWay> ways_to(const OutsideFile& file, const std::string& name);
/// The same to `leaf` in the folder beside the root, through the link that leads there. Empty: there is none.
std::vector<OutsideWay> ways_through_link(const OutsideFile& file, const std::string& leaf);
/// To the file and to the one in the folder beside it, by all of these and by the link to the file.
std::vector<OutsideWay> ways_to_known(const OutsideFile& file);

/// Of BFTP's other verbs than GET: what each does beside the root is looked at from our side.
class OutsideVerbCase : public OutsideCase {
 public:
  std::vector<std::string_view> suites() const override { return {"hostile", "transfer"}; }
  bool applies_to(const Speech& speech) const override { return speech.dialect() == "bftp"; }
  record::CaseDemand demand(const Speech&) const override { return record::CaseDemand::must; }
  std::vector<std::string> clauses(const Speech&) const override { return {"3.2"}; }
  /// Puts back what a server has changed out there.
  Finding run(CaseContext& context) const final;

 protected:
  /// It asks for changes, and so is tried only where the run may write.
  virtual bool writes() const = 0;
  virtual std::string done() const = 0;
  virtual std::string expected() const = 0;
  virtual Finding go_through(CaseContext& context, const OutsideFile& file) const = 0;

  /// One request on a connection of its own. Nothing if what lies at `place` is as it was.
  static std::optional<Finding> changes(CaseContext& context, const std::string& request,
                                        const std::string& place);
  /// What became of a place: "made a file beside its folder". Empty: nothing.
  static std::string change(const Lying& before, const Lying& after);
  /// Broken; the log stays at what was said last.
  static Finding caught(CaseContext& context, const std::string& request, const std::string& what);
  static Finding unreachable();
};

}  // namespace bftp::torture
