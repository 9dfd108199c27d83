#include <gtest/gtest.h>

#include <string>

#include "harness/torture/case.hpp"
#include "tests/document_table.hpp"

/// docs/torture.md holds a table of every case. It is compared with the cases themselves; run this test with
/// BFTP_UPDATE_DOCS=1 to write it anew.
namespace bftp::torture {
namespace {

/// "bftp stream http", "all but nul", "all".
std::string dialects_of(const Case& one) {
  std::string in;
  std::string out;
  for (const auto* speech : all_speeches())
    (one.applies_to(*speech) ? in : out) += " `" + std::string(speech->dialect()) + "`";
  if (out.empty()) return "all";
  return out.size() < in.size() ? "all but" + out : in.substr(1);
}

/// Where a clause demands it.
std::string demanded_in(const Case& one) {
  std::string must;
  bool everywhere = true;
  for (const auto* speech : all_speeches()) {
    if (!one.applies_to(*speech)) continue;
    const bool is_must = one.demand(*speech) == record::CaseDemand::must;
    everywhere = everywhere && is_must;
    if (is_must) must += " `" + std::string(speech->dialect()) + "`";
  }
  return everywhere ? "all of these" : must.empty() ? "none" : must.substr(1);
}

std::string table() {
  std::string text =
      "| case | what is done | dialects | a clause demands it in |\n| --- | --- | --- | --- |\n";
  for (const Case* one : all_cases())
    text += "| `" + std::string(one->id()) + "`: " + std::string(one->title()) + " | " +
            std::string(one->about()) + " | " + dialects_of(*one) + " | " + demanded_in(*one) + " |\n";
  return text;
}

TEST(TortureDocument, ListsEveryCaseAsItIs) {
  bftp::testing::expect_table(std::string(BFTP_SOURCE_DIR) + "/docs/torture.md", "cases", table());
}

}  // namespace
}  // namespace bftp::torture
