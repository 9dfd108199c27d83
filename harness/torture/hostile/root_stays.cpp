#include <fmt/format.h>

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "harness/torture/hostile/outside_case.hpp"

namespace bftp::torture {
namespace {

constexpr const char* takes_the_root_cause =
    "The root is taken for a folder like any other: '/', '.' and 'folder/..' are joined to it and obeyed, "
    "by a call that removes whole trees (rmtree, remove_all, rm -r) perhaps. Resolve the path first, refuse "
    "the root itself by 403 before anything is done, and remove empty folders alone (rmdir).";

/// What the server serves, seen from our side: the probe, and a file in a folder.
struct Served {
  Lying probe, inside;

  static Served look(const CaseFiles& files, const OutsideFile& outside) {
    const std::string root = outside.root_path.substr(outside.root_path.rfind('/') + 1) + "/";
    auto& surroundings = *files.surroundings;
    Served served{surroundings.look(root + files.probe.name), {}};
    if (files.folder)
      served.inside = surroundings.look(root + files.folder->name + "/" + files.folder->file.name);
    return served;
  }
  bool operator==(const Served&) const = default;
};

class RootStays final : public OutsideVerbCase {
 public:
  std::string_view id() const override { return "hostile.root_stays"; }
  std::string_view title() const override { return "Nobody removes the served folder itself"; }
  std::string_view about() const override {
    return "Asks RMDIR, DELETE and MOVE for the root, by `.` and by a folder's name and `/..`; not by `/`, "
           "which a server may take for the machine's own. The harness looks whether what is served is "
           "still there, and puts it back. Finds an RMDIR that removes whole trees. That a verb is missing "
           "is no fault.";
  }
  std::vector<std::string> clauses(const Speech&) const override { return {"4.13"}; }

 private:
  bool writes() const override { return true; }
  std::string done() const override { return "RMDIR, DELETE and MOVE were asked for the root."; }
  std::string expected() const override { return "ERR 403, or another refusal. Everything is still there."; }

  Finding go_through(CaseContext& context, const OutsideFile& outside) const override {
    // Never by "/": a server that joins paths as Python's os.path.join() does, and removes whole trees, would
    // take it for the machine's own root.
    for (const std::string& path : {std::string("."), outside.folder + "/.."})
      for (const std::string& request : {"RMDIR " + path, "DELETE " + path,
                                         fmt::format("MOVE {} {} {}", path.size(), path, context.own_name())})
        if (auto fault = harms(context, outside, request)) return std::move(*fault);
    return kept("the root was not removed, and what is served is still there");
  }

  static std::optional<Finding> harms(CaseContext& context, const OutsideFile& outside,
                                      const std::string& request) {
    context.begins_log_anew();
    const auto before = Served::look(context.files(), outside);
    const auto talk = ask(context, message(request));
    if (!talk.connected) return unreachable();
    if (!(Served::look(context.files(), outside) == before))
      return obeyed(context, request, "removed what it serves");
    if (says_ok(talk)) return obeyed(context, request, "said that it is done");
    return std::nullopt;
  }

  /// Behind a header of 8 hex digits (clause 1.2).
  static bool says_ok(const Talk& talk) {
    constexpr std::size_t header_bytes = 8;
    return talk.received.size() > header_bytes && talk.received.substr(header_bytes).starts_with("OK");
  }

  static Finding obeyed(CaseContext& context, const std::string& request, std::string_view what) {
    context.keeps_log();
    return broken(fmt::format("to \"{}\" the server {}", escaped(request, 200), what), takes_the_root_cause);
  }
};

BFTP_REGISTER_CASE(RootStays)

}  // namespace
}  // namespace bftp::torture
