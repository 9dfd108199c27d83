#include "harness/drive/arms.hpp"

#include <algorithm>

namespace bftp::drive {

ArmShare control_share() {
  return {.arm = record::Arm::control, .every_turn = true, .large_iterations_max = 1};
}

ArmShare control_b_share() {
  return {.arm = record::Arm::control_b,
          .every_turn = false,
          .large_iterations_max = 1,
          .large_round_interval = 2};
}

bool serves_root(const plan::ServerSpec& spec) {
  return spec.kind == plan::ServerKind::reference ||
         std::any_of(spec.argv_template.begin(), spec.argv_template.end(),
                     [](const std::string& word) { return word.find("{root}") != std::string::npos; });
}

std::string verifiable_root(const plan::ServerSpec& spec, const launch::ServerHandle& server) {
  return serves_root(spec) ? server.root() : std::string{};
}

}  // namespace bftp::drive
