#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "harness/torture/hostile/outside_case.hpp"

namespace bftp::torture {
namespace {

class ShowOutside final : public OutsideVerbCase {
 public:
  std::string_view id() const override { return "hostile.show_outside"; }
  std::string_view title() const override { return "No LIST and no CD leads out of the served folder"; }
  std::string_view about() const override {
    return "Asks for a listing of the folder that the served one lies in, by `..`, by `../..` behind a "
           "folder's name and by what is an absolute path, and of one beside it, by `..` and through a "
           "symbolic link. Goes there by CD, asks for a listing and for a file by its bare name. Nothing "
           "that lies there may be shown.";
  }

 private:
  bool writes() const override { return false; }
  std::string done() const override {
    return "LIST and CD were asked for folders outside of the served one.";
  }
  std::string expected() const override {
    return "ERR 403, or another refusal. Nothing outside of the root is shown.";
  }

  /// A folder outside, and the name of what lies there.
  struct Folder {
    std::string path;
    std::string entry;
  };

  static std::vector<Folder> folders(const OutsideFile& file) {
    const auto parent = file.root_path.substr(0, file.root_path.rfind('/'));
    std::vector<Folder> all{{"..", file.name}, {"/..", file.name}, {file.folder + "/../..", file.name}};
    if (!parent.empty()) all.push_back({parent, file.name});
    const auto& through = file.through_folder_link;
    if (through.empty()) return all;
    const auto slash = through.find('/');
    all.push_back({"../" + file.neighbour, through.substr(slash + 1)});
    all.push_back({through.substr(0, slash), through.substr(slash + 1)});
    return all;
  }

  static bool shows(std::string_view listing, const std::string& entry) {
    return listing.find(" " + entry + "\n") != std::string_view::npos;
  }

  Finding go_through(CaseContext& context, const OutsideFile& file) const override {
    for (const Folder& folder : folders(file)) {
      const auto request = "LIST " + folder.path;
      const auto talk = ask(context, message(request));
      if (!talk.connected) return unreachable();
      if (!talk.heard.empty() && shows(talk.heard.front().file(), folder.entry))
        return caught(context, request, "listed a folder outside of its own");
    }
    for (const Folder& folder : folders(file))
      if (auto fault = by_cd(context, file, folder)) return std::move(*fault);
    return kept("nothing outside of the root was shown");
  }

  static std::optional<Finding> by_cd(CaseContext& context, const OutsideFile& file, const Folder& folder) {
    context.begins_log_anew();
    BftpFiles client(context.visit());
    if (!client.enter().done()) return unreachable();
    const auto request = "CD " + folder.path;
    if (!client.tell(request).done()) return std::nullopt;
    if (const auto listing = client.list(); listing.done() && shows(listing.content, folder.entry))
      return caught(context, request, "went out of its folder, and listed what lies there");
    if (const auto sent = client.fetch(folder.entry); sent.done() && sent.content == file.content)
      return caught(context, request, "went out of its folder, and sent a file that lies there");
    return std::nullopt;
  }
};

BFTP_REGISTER_CASE(ShowOutside)

}  // namespace
}  // namespace bftp::torture
