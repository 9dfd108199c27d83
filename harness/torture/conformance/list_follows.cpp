#include <fmt/format.h>

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "harness/torture/conformance/store_trial.hpp"
#include "harness/torture/found.hpp"
#include "harness/torture/own_file.hpp"

namespace bftp::torture {
namespace {

constexpr const char* stale_listing_cause =
    "Read the folder and its files each time. A listing, or a file's size, that is kept is wrong once PUT or "
    "DELETE have changed a file.";

/// "F 13 name" of a listing; nothing if no line is of that name.
std::optional<std::string> line_of(std::string_view listing, std::string_view name) {
  while (!listing.empty()) {
    const std::string_view line = listing.substr(0, listing.find('\n'));
    listing.remove_prefix(std::min(listing.size(), line.size() + 1));
    const auto blank = line.find(' ', 2);
    if (blank != std::string_view::npos && line.substr(blank + 1) == name) return std::string(line);
  }
  return std::nullopt;
}

class ListFollows final : public Case {
 public:
  std::string_view id() const override { return "conformance.list_follows"; }
  std::string_view category() const override { return "conformance"; }
  std::vector<std::string_view> suites() const override { return {"conformance", "transfer"}; }
  std::string_view title() const override { return "LIST shows the folder as it is now"; }
  std::string_view about() const override {
    return "Asks for a listing, stores a file, replaces it with a longer, an empty and a shorter one, and "
           "looks for its line with its size in a listing each time; deletes it, and looks whether the line "
           "is gone. Removes the file. A server without LIST, or that takes no file, is skipped.";
  }
  bool applies_to(const Speech& speech) const override { return speech.dialect() == "bftp"; }
  record::CaseDemand demand(const Speech&) const override { return record::CaseDemand::must; }
  std::vector<std::string> clauses(const Speech&) const override { return {"4.3", "4.8"}; }

  Finding run(CaseContext& context) const override {
    auto finding = go_through(context);
    finding.done =
        "LIST was asked for before a file was stored, after it, each time that it was replaced, "
        "and once it was deleted.";
    finding.expected = "A line 'F size name' with the size as it is now, while the file is there.";
    return finding;
  }

 private:
  static Finding go_through(CaseContext& context) {
    if (context.own_name().empty()) return skipped("the run stores no files");
    BftpFiles client(context.visit());
    if (const auto entered = client.enter(); !entered.done()) return skipped(entered.words);
    // A server that keeps listings has one now.
    if (const auto first = client.list(); !first.done()) return skipped("LIST: " + first.words);
    const OwnFile file(context);
    bool was_stored = false;
    for (const std::size_t size : {4'099u, 70'001u, 0u, 13u}) {
      const auto stored = client.store(file.name(), trial_content(size, 0));
      if (stored.refuses() && was_stored) return kept("the listing was right until a PUT was refused");
      if (!stored.done()) return stored.refuses() ? skipped(stored.words) : not_stored(stored);
      was_stored = true;
      if (auto fault = fault_of(client.list(), file.name(), size)) return std::move(*fault);
    }
    if (!client.remove(file.name()).done()) return kept("the listing was right each time");
    const auto last = client.list();
    if (const auto line = last.done() ? line_of(last.content, file.name()) : std::nullopt)
      return broken(fmt::format("a file that was deleted is still listed: \"{}\"", escaped(*line, 100)),
                    stale_listing_cause);
    return kept("the listing was right each time");
  }

  static std::optional<Finding> fault_of(const FileAnswer& listing, std::string_view name, std::size_t size) {
    if (!listing.done())
      return broken(fmt::format("to LIST, once a file of {} bytes was stored, {}", size, listing.words), "");
    const auto line = line_of(listing.content, name);
    if (!line)
      return broken(fmt::format("a file of {} bytes that was stored a moment before is not listed", size),
                    stale_listing_cause);
    if (*line == fmt::format("F {} {}", size, name)) return std::nullopt;
    return broken(fmt::format("a file that has {} bytes since a moment ago is listed as \"{}\"", size,
                              escaped(*line, 100)),
                  stale_listing_cause);
  }
};

BFTP_REGISTER_CASE(ListFollows)

}  // namespace
}  // namespace bftp::torture
