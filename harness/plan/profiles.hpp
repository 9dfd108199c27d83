#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "harness/plan/plan.hpp"

namespace bftp::plan {

/// A ready-made size of run. A plan file and the command line override single figures of it.
struct Profile {
  std::string_view name;
  std::string_view about;  ///< one line, with the time that it takes
  std::uint32_t iterations;
  std::uint32_t large_iterations;
  std::uint32_t clients;
  std::uint32_t rounds;
  std::uint64_t db_csv_bytes;
  double pass_time_s, rest_s, idle_s, stall_s, settle_s;
};

/// smoke, standard, torture.
std::span<const Profile> profiles();
const Profile* find_profile(std::string_view name);  ///< nullptr if there is none
std::vector<std::string> profile_names();

/// A plan with a profile's figures and the default fixtures.
Plan plan_from(const Profile& profile);

}  // namespace bftp::plan
