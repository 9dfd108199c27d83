#include <fmt/format.h>

#include <array>
#include <string>
#include <string_view>
#include <vector>

#include "harness/torture/conformance/store_trial.hpp"
#include "harness/torture/found.hpp"
#include "harness/torture/own_file.hpp"

namespace bftp::torture {
namespace {

constexpr std::size_t apart_bytes = 4'099;

class NamesApart final : public Case {
 public:
  std::string_view id() const override { return "conformance.names_apart"; }
  std::string_view category() const override { return "conformance"; }
  std::vector<std::string_view> suites() const override { return {"conformance", "transfer"}; }
  std::string_view title() const override { return "Files of similar names are different files"; }
  std::string_view about() const override {
    return "Stores four files whose names are alike (the same letters in another order, the same first 100 "
           "bytes), with different content of one length, fetches each twice, and removes them. Finds a "
           "cache "
           "or a table whose key is a checksum of the name, or a part of it. A server that takes no file is "
           "skipped.";
  }
  bool applies_to(const Speech& speech) const override { return speech.dialect() == "bftp"; }
  record::CaseDemand demand(const Speech&) const override { return record::CaseDemand::must; }
  std::vector<std::string> clauses(const Speech&) const override { return {"4.1", "4.2", "3.3"}; }

  Finding run(CaseContext& context) const override {
    auto finding = go_through(context);
    finding.done = "Four files of similar names were stored, and each was fetched twice.";
    finding.expected = "Of each its own content.";
    return finding;
  }

 private:
  static Finding go_through(CaseContext& context) {
    if (context.own_name().empty()) return nothing_may_be_stored();
    const std::string stem = context.own_name(), alike = std::string(100, 'x');
    const std::array names{stem + "-12", stem + "-21", stem + alike + "-1", stem + alike + "-2"};
    std::vector<std::string> removals;
    for (const std::string& name : names) removals.push_back("DELETE " + name);
    const LastRequests tidy(context, std::move(removals));
    BftpFiles client(context.visit());
    if (const auto entered = client.enter(); !entered.done()) return skipped(entered.words);
    for (unsigned i = 0; i < names.size(); ++i) {
      const auto stored = client.store(names[i], trial_content(apart_bytes, i));
      if (stored.refuses()) return skipped("the server did not take all four: " + stored.words);
      if (!stored.done()) return not_stored(stored);
    }
    for (int round = 0; round < 2; ++round) {  // the second time from a cache, if there is one
      for (unsigned i = 0; i < names.size(); ++i) {
        const auto got = client.fetch(names[i]);
        if (!got.done())
          return broken(fmt::format("GET of a file that was stored a moment before: {}", got.words), "");
        if (got.content != trial_content(apart_bytes, i)) return mixed_up(got.content, names, i);
      }
    }
    return kept("each file came with its own content");
  }

  static Finding mixed_up(const std::string& content, const std::array<std::string, 4>& names, unsigned of) {
    constexpr const char* cause =
        "Compare whole names. A hash or a checksum of a name may be that of another name too, and a buffer "
        "for names that is too short cuts them: after a match by hash compare the names themselves.";
    for (unsigned i = 0; i < names.size(); ++i)
      if (content == trial_content(apart_bytes, i))
        return broken(fmt::format("to GET of \"{}\" the content of \"{}\" came", escaped(names[of], 130),
                                  escaped(names[i], 130)),
                      cause);
    return broken(fmt::format("to GET of \"{}\" {} bytes came that are no file's", escaped(names[of], 130),
                              content.size()),
                  cause);
  }
};

BFTP_REGISTER_CASE(NamesApart)

}  // namespace
}  // namespace bftp::torture
