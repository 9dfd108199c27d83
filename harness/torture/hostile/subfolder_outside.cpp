#include <string>
#include <utility>

#include "harness/torture/hostile/outside_case.hpp"

namespace bftp::torture {
namespace {

class SubfolderOutside final : public OutsideVerbCase {
 public:
  std::string_view id() const override { return "hostile.subfolder_outside"; }
  std::string_view title() const override { return "No MKDIR and no RMDIR leads out of the served folder"; }
  std::string_view about() const override {
    return "Makes a folder beside the served one, by `..`, by what is an absolute path, and through a "
           "symbolic link to a folder beside it; and removes an empty one that lies there. The harness looks "
           "whether anything has changed there, and puts it back. A server that has neither verb changes "
           "nothing.";
  }

 private:
  bool writes() const override { return true; }
  std::string done() const override {
    return "MKDIR and RMDIR were asked for folders beside the served one.";
  }
  std::string expected() const override {
    return "ERR 403, or another refusal. Nothing outside of the root changes.";
  }

  Finding go_through(CaseContext& context, const OutsideFile& file) const override {
    auto made = ways_to(file, context.own_name());
    for (auto& way : ways_through_link(file, context.own_name())) made.push_back(std::move(way));
    for (const OutsideWay& way : made)
      if (auto fault = changes(context, "MKDIR " + way.path, way.place)) return std::move(*fault);
    if (!file.empty_folder.empty())
      for (const OutsideWay& way : ways_to(file, file.empty_folder))
        if (auto fault = changes(context, "RMDIR " + way.path, way.place)) return std::move(*fault);
    // Where `..` at the root is taken for the root, the folder was made in there.
    static_cast<void>(ask(context, message("RMDIR " + context.own_name())));
    return kept("no folder was made or removed beside the root");
  }
};

BFTP_REGISTER_CASE(SubfolderOutside)

}  // namespace
}  // namespace bftp::torture
