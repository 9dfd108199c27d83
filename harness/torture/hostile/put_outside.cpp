#include <fmt/format.h>

#include <string>
#include <string_view>
#include <utility>

#include "harness/torture/hostile/outside_case.hpp"
#include "harness/torture/own_file.hpp"

namespace bftp::torture {
namespace {

constexpr std::string_view strayed = "a file that may not lie beside the root";

class PutOutside final : public OutsideVerbCase {
 public:
  std::string_view id() const override { return "hostile.put_outside"; }
  std::string_view title() const override { return "No PUT leads out of the served folder"; }
  std::string_view about() const override {
    return "Stores a file of a new name beside the served folder: by `..`, by a folder's name and `../..`, "
           "by what is an absolute path, and through a symbolic link to a folder beside it; and onto the "
           "file that lies there, by the same ways and by a link to it. The harness looks whether anything "
           "has changed there, and puts it back.";
  }

 private:
  bool writes() const override { return true; }
  std::string done() const override {
    return "PUT was asked to make a file beside the served folder, and to replace the one that lies there.";
  }
  std::string expected() const override {
    return "ERR 403, or another refusal. Nothing outside of the root changes.";
  }

  Finding go_through(CaseContext& context, const OutsideFile& file) const override {
    const OwnFile own(context);  // some servers take `..` at the root for the root
    auto ways = ways_to(file, own.name());
    for (auto& way : ways_through_link(file, own.name())) ways.push_back(std::move(way));
    for (auto& way : ways_to_known(file)) ways.push_back(std::move(way));
    auto& surroundings = *context.files().surroundings;
    for (const OutsideWay& way : ways) {
      context.begins_log_anew();
      const auto before = surroundings.look(way.place);
      BftpFiles client(context.visit());
      if (!client.enter().done()) return unreachable();
      static_cast<void>(client.store(way.path, strayed));
      const auto what = change(before, surroundings.look(way.place));
      if (!what.empty()) return caught(context, fmt::format("PUT {} {}", strayed.size(), way.path), what);
    }
    return kept("nothing was written beside the root");
  }
};

BFTP_REGISTER_CASE(PutOutside)

}  // namespace
}  // namespace bftp::torture
