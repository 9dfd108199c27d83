#include <fmt/format.h>

#include <algorithm>
#include <string_view>
#include <vector>

#include "harness/torture/bftp_files.hpp"
#include "harness/torture/case.hpp"
#include "harness/torture/found.hpp"

namespace bftp::torture {
namespace {

class ListsMany final : public Case {
 public:
  std::string_view id() const override { return "conformance.lists_many"; }
  std::string_view category() const override { return "conformance"; }
  std::vector<std::string_view> suites() const override { return {"conformance", "transfer"}; }
  std::string_view title() const override { return "LIST of a full folder is complete"; }
  std::string_view about() const override {
    return "Asks for the listing of a folder with 300 files, and counts its lines. Finds a table or a buffer "
           "of a fixed size. A server without LIST, or whose root is not ours to put them into, is skipped.";
  }
  bool applies_to(const Speech& speech) const override { return speech.dialect() == "bftp"; }
  record::CaseDemand demand(const Speech&) const override { return record::CaseDemand::must; }
  std::vector<std::string> clauses(const Speech&) const override { return {"4.3"}; }

  Finding run(CaseContext& context) const override {
    auto finding = go_through(context);
    finding.done = "LIST was asked of a folder with 300 files.";
    finding.expected = "A line for each of them.";
    return finding;
  }

 private:
  static Finding go_through(CaseContext& context) {
    const auto& many = context.files().many;
    if (!many) return skipped("there is no folder with many files");
    BftpFiles client(context.visit());
    if (const auto entered = client.enter(); !entered.done()) return skipped(entered.words);
    const auto listing = client.list(many->folder);
    if (listing.refuses() && listing.kind != FileAnswer::Kind::missing)
      return skipped("the server does not list it: " + listing.words);
    if (!listing.done())
      return broken(fmt::format("to LIST of a folder with {} files {}", many->count, listing.words), "");
    const auto lines = static_cast<std::size_t>(std::ranges::count(listing.content, '\n'));
    if (lines == many->count) return kept(fmt::format("the listing has all {} lines", lines));
    return broken(
        fmt::format("the listing of a folder with {} files has {} lines", many->count, lines),
        "A table of so many entries, or a buffer of so many bytes, is full and the rest is dropped; or the "
        "folder is read once where it has to be read to its end. Let both grow.");
  }
};

BFTP_REGISTER_CASE(ListsMany)

}  // namespace
}  // namespace bftp::torture
