#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <string>
#include <vector>

#include "harness/torture/bftp_files.hpp"
#include "harness/torture/case.hpp"
#include "harness/torture/found.hpp"
#include "protocol/request.hpp"

namespace bftp::torture {
namespace {

/// A line without its end: `F size name` or `D 0 name`.
struct Entry {
  char kind = 0;
  std::uint64_t size = 0;
  std::string_view name;
};

std::optional<Entry> entry_of(std::string_view line) {
  const auto blank = line.find(' ', 2);
  if (blank == std::string_view::npos || line[1] != ' ' || (line[0] != 'F' && line[0] != 'D'))
    return std::nullopt;
  const auto size = protocol::parse_length(line.substr(2, blank - 2));
  const auto name = line.substr(blank + 1);
  if (!size || name.empty() || (line[0] == 'D' && *size != 0)) return std::nullopt;
  return Entry{line[0], *size, name};
}

/// Unsigned, as 4.3 has it: a locale's order, and signed characters, are others.
bool byte_less(std::string_view a, std::string_view b) {
  return std::ranges::lexicographical_compare(
      a, b, [](char x, char y) { return static_cast<unsigned char>(x) < static_cast<unsigned char>(y); });
}

/// Names in the root.
std::vector<std::string> links_out(const CaseFiles& files) {
  std::vector<std::string> links;
  if (!files.outside) return links;
  if (!files.outside->link.empty()) links.push_back(files.outside->link);
  const auto& through = files.outside->through_folder_link;
  if (!through.empty()) links.push_back(through.substr(0, through.find('/')));
  return links;
}

/// Names in the root that were not asked for yet, and begin lines so.
struct Placed {
  std::string start;  ///< "F 20", "D 0"; "F" where the size is not known
  std::string name;
};

std::vector<Placed> placed_in_root(const CaseFiles& files) {
  std::vector<Placed> placed;
  const auto add_file = [&](const KnownFile& file) {
    placed.push_back({fmt::format("F {}", file.content.size()), file.name});
  };
  if (files.long_named) add_file(*files.long_named);
  for (const auto& file : files.listed) add_file(file);
  if (files.named_folder) placed.push_back({"D 0", files.named_folder->name});
  if (!files.long_folder.empty()) placed.push_back({"D 0", files.long_folder});
  if (!files.large.empty()) placed.push_back({"F", files.large});
  return placed;
}

std::optional<Finding> left_out(const std::vector<Entry>& entries, const CaseFiles& files) {
  for (const auto& [start, name] : placed_in_root(files)) {
    const auto found = std::ranges::find(entries, std::string_view(name), &Entry::name);
    if (found != entries.end()) {
      const auto said = fmt::format("{} {}", found->kind, found->size);
      if (start == said || start == said.substr(0, 1)) continue;
    }
    const bool is_ascii =
        std::ranges::all_of(name, [](char c) { return static_cast<unsigned char>(c) < 0x80; });
    return broken(fmt::format("no line says '{} {}'", start, escaped(name)),
                  is_ascii ? "The listing leaves out what is there, or has another size than the file."
                           : "Names are UTF-8 (3.3), and a listing has all that are there: names that are "
                             "not ASCII are encoded, not left out, nor replaced by other letters.");
  }
  return std::nullopt;
}

/// Clauses 4.3 and 4.14; nothing if the listing keeps to them.
std::optional<Finding> fault_of(std::string_view listing, const CaseFiles& files) {
  if (!listing.empty() && listing.back() != '\n')
    return broken("the last line of the listing has no end",
                  "Each line ends with \\n, the last one too; and the announced size counts bytes of UTF-8, "
                  "not characters.");
  std::vector<Entry> entries;
  while (!listing.empty()) {
    const auto line = listing.substr(0, listing.find('\n'));
    listing.remove_prefix(line.size() + 1);
    const auto entry = entry_of(line);
    if (!entry)
      return broken(fmt::format("a line is neither 'F size name' nor 'D 0 name': \"{}\"", escaped(line)),
                    "One letter, one space, the size in decimal, one space, the name; nothing else.");
    if (entry->name == "." || entry->name == "..")
      return broken(fmt::format("the listing holds {}", entry->name),
                    "readdir() returns . and .. too: leave them out.");
    if (!entries.empty() && !byte_less(entries.back().name, entry->name))
      return broken(
          fmt::format("\"{}\" comes after \"{}\"", escaped(entry->name), escaped(entries.back().name)),
          "A folder is read in no order: sort by the bytes of the names, not by a locale nor by letters "
          "alone (Z is before a), each name once.");
    entries.push_back(*entry);
  }
  const auto find = [&](std::string_view name) {
    return std::ranges::find(entries, name, &Entry::name);
  };
  if (find(files.probe.name + '\r') != entries.end())
    return broken(
        R"(the lines end in \r\n)",
        R"(Each line ends with \n alone: a \r before it belongs to the name. Write the \n yourself, )"
        "in place of println(), a text stream or a text file that translates line ends.");
  const auto probe = find(files.probe.name);
  if (probe == entries.end() || probe->kind != 'F' || probe->size != files.probe.content.size())
    return broken(
        fmt::format("no line says 'F {} {}'", files.probe.content.size(), escaped(files.probe.name)),
        "The listing is of another folder, leaves files out, or has another size than the file.");
  if (files.folder) {
    const auto folder = find(files.folder->name);
    if (folder == entries.end() || folder->kind != 'D')
      return broken(fmt::format("no line says 'D 0 {}'", escaped(files.folder->name)),
                    "Folders are listed too, with D and the size 0.");
  }
  for (const auto& link : links_out(files))
    if (find(link) != entries.end())
      return broken(
          fmt::format("the listing holds {}, a symbolic link that leads out of the root", link),
          "A link is followed to see whether it stays inside; one that does not is left out (4.14).");
  return left_out(entries, files);
}

class ListsFolder final : public Case {
 public:
  std::string_view id() const override { return "conformance.lists_folder"; }
  std::string_view category() const override { return "conformance"; }
  std::vector<std::string_view> suites() const override { return {"conformance", "transfer"}; }
  std::string_view title() const override { return "LIST names what is there, in order"; }
  std::string_view about() const override {
    return "Asks for a listing of the root, and for a file behind it on the same connection. Each line has "
           "to be `F size name` or `D 0 name`, in ascending order of the names' bytes, with the files "
           "and folders that the harness has placed there (names that are not ASCII, upper and lower case), "
           "without `.`, `..` and a link that leads out of the root. The size that "
           "is announced has to be that of the listing in bytes: with a name that is not ASCII, characters "
           "are fewer, and what follows is out of step. A server without LIST is warned.";
  }
  bool applies_to(const Speech& speech) const override { return speech.dialect() == "bftp"; }
  record::CaseDemand demand(const Speech&) const override { return record::CaseDemand::must; }
  std::vector<std::string> clauses(const Speech&) const override { return {"4.3", "4.14", "2.4"}; }

  Finding run(CaseContext& context) const override {
    const auto& probe = context.files().probe;
    const auto talk =
        context.talk({.pieces = {message("LIST /"), context.speech().ask(probe.name)}, .answers = 2});
    auto finding = judged(talk, context.files());
    finding.done = "LIST / was sent, and a GET behind it.";
    finding.expected = "A listing of the root as clause 4.3 has it, and then the file.";
    return finding;
  }

 private:
  /// The root is there: 404 or 500 is no way to say that there is no LIST.
  static Finding of_refusal(const std::string& text) {
    const auto reply = protocol::parse_reply(text);
    if (reply && (reply->code == 405 || reply->code == 403))
      return tolerated("the server does not list: " + escaped(text));
    return broken(fmt::format("to LIST of the root the server answered \"{}\"", escaped(text)),
                  "`/` is the root, which is there (3.1). A server without LIST says ERR 405.");
  }
  static Finding judged(const Talk& talk, const CaseFiles& files) {
    if (talk.heard.empty())
      return broken("to LIST " + in_words(reaction_of(talk, files.probe.content), talk),
                    "LIST is answered like GET: a message 'OK size', then as many bytes.");
    if (talk.heard.front().kind == Heard::Kind::refused) return of_refusal(talk.heard.front().text);
    if (auto fault = fault_of(talk.heard.front().file(), files)) return std::move(*fault);
    if (reaction_of(talk, files.probe.content) != Reaction::served)
      return broken(
          "behind the listing " + in_words(reaction_of(talk, files.probe.content), talk),
          "The announced size is not that of the listing in bytes: count after encoding to UTF-8, not "
          "characters before.");
    return kept("the listing was in order");
  }
};

BFTP_REGISTER_CASE(ListsFolder)

}  // namespace
}  // namespace bftp::torture
