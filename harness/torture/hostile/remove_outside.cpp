#include <string>
#include <utility>

#include "harness/torture/hostile/outside_case.hpp"

namespace bftp::torture {
namespace {

class RemoveOutside final : public OutsideVerbCase {
 public:
  std::string_view id() const override { return "hostile.remove_outside"; }
  std::string_view title() const override { return "No DELETE leads out of the served folder"; }
  std::string_view about() const override {
    return "Deletes the file that lies beside the served folder, by `..`, by what is an absolute path, and "
           "through symbolic links, and one in a folder beside it. The harness looks whether they are still "
           "there, and puts them back.";
  }

 private:
  bool writes() const override { return true; }
  std::string done() const override { return "DELETE was asked for files beside the served folder."; }
  std::string expected() const override {
    return "ERR 403, or another refusal. Nothing outside of the root changes.";
  }

  Finding go_through(CaseContext& context, const OutsideFile& file) const override {
    for (const OutsideWay& way : ways_to_known(file))
      if (auto fault = changes(context, "DELETE " + way.path, way.place)) return std::move(*fault);
    return kept("the files beside the root are still there");
  }
};

BFTP_REGISTER_CASE(RemoveOutside)

}  // namespace
}  // namespace bftp::torture
