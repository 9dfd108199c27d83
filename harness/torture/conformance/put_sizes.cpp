#include <fmt/format.h>

#include <array>
#include <chrono>
#include <cstddef>

#include "harness/torture/conformance/store_trial.hpp"

namespace bftp::torture {
namespace {

/// Lengths of buffers that programs have: powers of two and round numbers, segments of TCP (RFC 879; 1460 on
/// Ethernet), the block of rsync and of a CD. The fixtures hold 4096 and 65536 and their neighbours.
constexpr std::array<std::size_t, 18> buffers = {1'000,  1'024,  1'400,  1'460,   1'500,   2'000,
                                                 2'048,  5'000,  8'192,  10'000,  16'384,  20'480,
                                                 32'768, 50'000, 81'920, 100'000, 131'072, 262'144};

/// A server of half a second for each request needs it; a connection's time is twice as long by default.
constexpr std::chrono::seconds storing_max{30};

class PutSizes final : public StoreCase {
 public:
  std::string_view id() const override { return "conformance.put_sizes"; }
  std::string_view title() const override { return "A file may fill its buffers exactly"; }
  std::string_view about() const override {
    return "Stores files that are one and three times as long as the buffers that programs have (1000 bytes "
           "to 256 KiB, powers of two, round numbers, TCP segments), and fetches each. Finds the last "
           "buffer that is not written because it is full. Removes the file. A server that takes or "
           "replaces no file is skipped.";
  }
  std::vector<std::string> clauses(const Speech& speech) const override {
    if (speech.dialect() == "bftp") return {"4.2", "4.1"};
    return {std::string(speech.clause()), "RFC 959, 4.1.3"};
  }

 private:
  std::string done() const override {
    return "Files were stored and fetched that are as long as the buffers of programs, and three times as "
           "long.";
  }
  std::string expected() const override { return "Each time the content that was stored last."; }

  void go_through(StoreTrial& trial) const override {
    if (!trial.connect() || !trial.store(trial_content(1, 0))) return;
    unsigned kind = 0;
    for (const std::size_t buffer : buffers) {
      for (const std::size_t size : {buffer, 3 * buffer}) {
        if (trial.took() > storing_max)
          return trial.ends_early(fmt::format(
              "the server had what was stored last, as far as there was time: up to {} bytes", size));
        kind = (kind + 1) % 3;
        if (!trial.replace(trial_content(size, kind)) || !trial.fetches("when its length filled a buffer"))
          return;
      }
    }
  }
};

BFTP_REGISTER_CASE(PutSizes)

}  // namespace
}  // namespace bftp::torture
