#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "harness/doctor/system.hpp"

namespace bftp::doctor {

enum class Level : std::uint8_t {
  good,
  note,        ///< worth knowing; no check is weaker for it
  weaker,      ///< some checks say less
  impossible,  ///< no run can be made
};
const char* to_string(Level level);

/// What one probe found.
struct Finding {
  Level level = Level::good;
  std::string found;                ///< "hard limit of 524288 open files"
  std::vector<std::string> weaker;  ///< checks that say less: ids, or "memory.*"
  std::string why;                  ///< why they do; empty when good
  std::string remedy;               ///< what to do about it; empty when good
};

/// One question about the machine. Each lives in a file of its own in probes/ and registers itself.
struct Probe {
  std::string_view id;     ///< "limits.files"
  std::string_view about;  ///< one line for people
  int order = 0;           ///< in which people read them: cheap and fatal ones first, the noise floor last
  Finding (*look)(System& system) = nullptr;
};

/// All probes by order, then id.
const std::vector<Probe>& all_probes();

struct Examined {
  const Probe* probe = nullptr;
  Finding finding;
};

/// Asks every probe. Once one finds a run impossible, those that need a run (order 900 and above) are left
/// out.
std::vector<Examined> examine(System& system);

/// 0: all checks can be judged, 2: some say less, 3: no run can be made.
int exit_code(const std::vector<Examined>& findings);

/// For a person, and for programs.
std::string text_of(const std::vector<Examined>& findings);
std::string json_of(const std::vector<Examined>& findings);

namespace detail {
bool register_probe(const Probe& probe);
}
#define BFTP_REGISTER_PROBE(Name, ...)                                           \
  namespace {                                                                    \
  [[maybe_unused]] const bool registered_##Name =                                \
      ::bftp::doctor::detail::register_probe(::bftp::doctor::Probe __VA_ARGS__); \
  }

}  // namespace bftp::doctor
