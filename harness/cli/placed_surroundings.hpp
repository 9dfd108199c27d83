#pragma once

#include <filesystem>
#include <functional>
#include <memory>
#include <string>

#include "harness/torture/case_context.hpp"
#include "harness/torture/surroundings.hpp"

namespace bftp::cli {

/// The folder of ours that the server's root lies in: a file, a folder with a file and an empty folder beside
/// the root, and links in the root that lead to them. All of it goes with the scratch folder.
class PlacedSurroundings final : public torture::Surroundings {
 public:
  /// Null if the file beside the root cannot be made. `own_prefix`: see torture::CaseFiles. `fill_root` makes
  /// what cases ask for in the root; put_back() calls it where something of it may have gone.
  static std::unique_ptr<PlacedSurroundings> place(const std::string& root, const std::string& own_prefix,
                                                   std::function<void()> fill_root);

  const torture::OutsideFile& outside() const { return outside_; }
  torture::Lying look(const std::string& path) override;
  void put_back() override;

 private:
  PlacedSurroundings(std::filesystem::path root, std::string own_prefix, std::function<void()> fill_root);
  /// Each makes what is not there as it is to be; false: it cannot be made.
  bool put_folder(const std::filesystem::path& path);
  bool put_file(const std::string& path);
  bool put_link(const std::string& name, const std::string& target, bool to_folder);
  void remove_own(const std::filesystem::path& folder);

  std::filesystem::path root_;
  std::filesystem::path above_;
  std::string own_prefix_;
  std::function<void()> fill_root_;
  torture::OutsideFile outside_;
};

}  // namespace bftp::cli
