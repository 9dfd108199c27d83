#include <fmt/format.h>

#include <algorithm>
#include <cstdint>
#include <limits>
#include <vector>

#include "harness/torture/bftp_files.hpp"
#include "harness/torture/case.hpp"
#include "harness/torture/found.hpp"

namespace bftp::torture {
namespace {

/// Clause 1.5.
constexpr std::uint64_t largest = std::numeric_limits<std::int64_t>::max();

struct Part {
  std::uint64_t offset, length;
};

/// Around the file's end, and numbers whose sum no 64-bit integer with a sign can hold.
std::vector<Part> parts_of(std::uint64_t size) {
  return {{0, size}, {1, 10},      {size - 1, 100}, {size, 1},          {size + 1, 1},
          {0, 0},    {1, largest}, {largest, 1},    {largest, largest}, {0, size}};
}

class RangeLimits final : public Case {
 public:
  std::string_view id() const override { return "conformance.range_limits"; }
  std::string_view category() const override { return "conformance"; }
  std::vector<std::string_view> suites() const override { return {"conformance", "hostile", "transfer"}; }
  std::string_view title() const override { return "RANGE is cut short at the file's end"; }
  std::string_view about() const override {
    return "Asks for parts of a file: all of it, beyond its end, from its end on, no byte, and with the "
           "largest numbers that clause 1.5 has, whose sum overflows. Each has to bring what there is of it, "
           "and `OK 0` where there is nothing. A server without RANGE is skipped.";
  }
  bool applies_to(const Speech& speech) const override { return speech.dialect() == "bftp"; }
  record::CaseDemand demand(const Speech&) const override { return record::CaseDemand::must; }
  std::vector<std::string> clauses(const Speech&) const override { return {"5.6", "1.5"}; }

  Finding run(CaseContext& context) const override {
    auto finding = go_through(context);
    finding.done = "RANGE was asked for parts within, around and beyond the file.";
    finding.expected = "OK with the number of bytes that there are of the part, and these bytes.";
    return finding;
  }

 private:
  static Finding go_through(CaseContext& context) {
    const auto& probe = context.files().probe;
    BftpFiles client(context.visit());
    if (const auto entered = client.enter(); !entered.done()) return skipped(entered.words);
    for (const auto& [offset, length] : parts_of(probe.content.size())) {
      const auto came = client.range(offset, length, probe.name);
      if (came.kind == FileAnswer::Kind::not_offered)
        return skipped("the server has no RANGE: " + came.words);
      const auto from = static_cast<std::size_t>(std::min<std::uint64_t>(offset, probe.content.size()));
      const auto due = probe.content.substr(
          from, static_cast<std::size_t>(std::min<std::uint64_t>(length, probe.content.size())));
      if (came.done() && came.content == due) continue;
      return broken(
          fmt::format("to RANGE {} {} of a file of {} bytes {}", offset, length, probe.content.size(),
                      came.done()
                          ? fmt::format("it sent {} bytes, and {} are due", came.content.size(), due.size())
                          : came.words),
          "Compare the offset with the size first (at or past it: OK 0), and the length with what is "
          "left, size - offset; offset + length overflows.");
    }
    return kept("each part came as far as there is one");
  }
};

BFTP_REGISTER_CASE(RangeLimits)

}  // namespace
}  // namespace bftp::torture
