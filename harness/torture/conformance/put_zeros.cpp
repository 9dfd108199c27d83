#include <array>
#include <cstddef>
#include <string>

#include "harness/torture/conformance/store_trial.hpp"

namespace bftp::torture {
namespace {

/// How much of other bytes comes first, and how many zeros follow. Blocks of a disk are 4096 bytes, most
/// buffers 64 KiB; the last one ends within a block.
struct Shape {
  std::size_t other, zeros;
};
constexpr std::array<Shape, 6> shapes{
    {{0, 4'096}, {61'440, 4'096}, {4'096, 61'440}, {0, 1u << 20}, {65'536, 1u << 18}, {1'000, 70'001}}};

class PutZeros final : public StoreCase {
 public:
  std::string_view id() const override { return "conformance.put_zeros"; }
  std::string_view title() const override { return "A file may end in zeros"; }
  std::string_view about() const override {
    return "Stores files that are all zeros or end in them, by a block of a disk to a MiB, and fetches each. "
           "Finds holes that are left by seeking over zeros without giving the file its length, and content "
           "that is taken for a string. Removes the file. A server that takes or replaces no file is "
           "skipped.";
  }
  std::vector<std::string> clauses(const Speech& speech) const override {
    if (speech.dialect() == "bftp") return {"4.2", "4.1"};
    return {std::string(speech.clause()), "RFC 959, 4.1.3"};
  }

 private:
  std::string done() const override { return "Files that end in zeros were stored and fetched."; }
  std::string expected() const override {
    return "Each time the content that was stored last, zeros and all.";
  }

  void go_through(StoreTrial& trial) const override {
    if (!trial.connect() || !trial.store(trial_content(1, 0))) return;
    unsigned kind = 0;
    for (const Shape& shape : shapes) {
      kind = (kind + 1) % 3;
      const std::string content = trial_content(shape.other, kind) + std::string(shape.zeros, '\0');
      if (!trial.replace(content) || !trial.fetches("when it ended in zeros")) return;
    }
  }
};

BFTP_REGISTER_CASE(PutZeros)

}  // namespace
}  // namespace bftp::torture
