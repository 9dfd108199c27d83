#include <fmt/format.h>

#include <optional>
#include <string>
#include <utility>

#include "harness/torture/hostile/outside_case.hpp"
#include "harness/torture/own_file.hpp"

namespace bftp::torture {
namespace {

class RenameOutside final : public OutsideVerbCase {
 public:
  std::string_view id() const override { return "hostile.rename_outside"; }
  std::string_view title() const override { return "No MOVE leads out of the served folder"; }
  std::string_view about() const override {
    return "Stores a file, and moves it to a name beside the served folder and onto the file that lies "
           "there; and moves that one in. By `..`, by what is an absolute path, and through symbolic links. "
           "The harness looks whether anything has changed there, and puts it back. A server that takes no "
           "file or has no MOVE is skipped.";
  }

 private:
  bool writes() const override { return true; }
  std::string done() const override {
    return "MOVE was asked to take files out of the served folder, and into it.";
  }
  std::string expected() const override {
    return "ERR 403, or another refusal. Nothing outside of the root changes.";
  }

  Finding go_through(CaseContext& context, const OutsideFile& file) const override {
    if (auto without = has_no_move(context)) return std::move(*without);
    const OwnFile own(context);
    auto targets = ways_to(file, own.name());
    for (auto& way : ways_through_link(file, own.name())) targets.push_back(std::move(way));
    for (auto& way : ways_to_known(file)) targets.push_back(std::move(way));
    for (const OutsideWay& way : targets) {
      if (auto ended = is_not_stored(context, own)) return std::move(*ended);
      if (auto fault = changes(context, move(own.name(), way.path), way.place)) return std::move(*fault);
    }
    for (const OutsideWay& way : ways_to_known(file)) {
      // A link itself lies in the root, and may be moved there.
      if (auto fault = changes(context, move(way.path, own.name()), way.place)) return std::move(*fault);
    }
    return kept("nothing was moved out of the root or into it");
  }

  static std::string move(const std::string& from, const std::string& to) {
    return fmt::format("MOVE {} {} {}", from.size(), from, to);
  }

  static std::optional<Finding> has_no_move(CaseContext& context) {
    BftpFiles client(context.visit());
    if (!client.enter().done()) return unreachable();
    const auto without_names = client.tell("MOVE");
    if (without_names.kind != FileAnswer::Kind::not_offered) return std::nullopt;
    return skipped("the server has no MOVE: " + without_names.words);
  }

  /// Stores what is to be moved, anew in case it has gone. The log begins behind it, so that a pipe can hold
  /// what it shows.
  static std::optional<Finding> is_not_stored(CaseContext& context, const OwnFile& own) {
    BftpFiles client(context.visit());
    if (!client.enter().done()) return unreachable();
    if (const auto stored = client.store(own.name(), "to be moved"); !stored.done())
      return not_stored(stored);
    context.begins_log_anew();
    return std::nullopt;
  }
};

BFTP_REGISTER_CASE(RenameOutside)

}  // namespace
}  // namespace bftp::torture
