#include "harness/plan/profiles.hpp"

#include <algorithm>
#include <array>

namespace bftp::plan {
namespace {

// On a machine that does nothing else the reference server needs a sixth of its pass_time at the most.
// Large files: all clients together move each of them about as often as one client moves a small one.
// Otherwise db.csv alone would take longer than the profile may. The smoke profile's table is as small as a
// large file can be.
// uniformity.first_transfer looks at what comes after more than 10 s without work. Such a rest is a fifth of
// a standard run, and would be half of a smoke run.
constexpr double long_rest_s = 10.5;
// Time limits within servers are 5 s or 10 s more often than not, and what goes wrong once one is over shows
// only to who watches longer.
constexpr double timer_s = 6;

constexpr std::array<Profile, 3> all_profiles{{
    {.name = "smoke",
     .about = "20 iterations, 2 clients, under 20 s: is it worth a closer look?",
     .iterations = 20,
     .large_iterations = 10,
     .clients = 2,
     .rounds = 4,
     .db_csv_bytes = large_fixture_bytes,
     .pass_time_s = 60,
     .rest_s = 0,
     .idle_s = 1,
     .stall_s = 1,
     .settle_s = 5},
    {.name = "standard",
     .about = "100 iterations, 4 clients, under 3 min: the default",
     .iterations = 100,
     .large_iterations = 25,
     .clients = 4,
     .rounds = 10,
     .db_csv_bytes = 64ull << 20,
     .pass_time_s = 240,
     .rest_s = long_rest_s,
     .idle_s = 2,
     .stall_s = timer_s,
     .settle_s = 5},
    {.name = "torture",
     .about = "1000 iterations, 8 clients: rare faults and slow leaks",
     .iterations = 1'000,
     .large_iterations = 125,
     .clients = 8,
     .rounds = 20,
     .db_csv_bytes = 64ull << 20,
     .pass_time_s = 0,
     .rest_s = long_rest_s,
     .idle_s = 2,
     .stall_s = 2 * timer_s,
     .settle_s = 5},
}};

}  // namespace

std::span<const Profile> profiles() {
  return all_profiles;
}

const Profile* find_profile(std::string_view name) {
  const auto found = std::ranges::find(all_profiles, name, &Profile::name);
  return found == all_profiles.end() ? nullptr : &*found;
}

std::vector<std::string> profile_names() {
  std::vector<std::string> names;
  for (const auto& profile : all_profiles) names.emplace_back(profile.name);
  return names;
}

Plan plan_from(const Profile& profile) {
  Plan plan;
  plan.profile = profile.name;
  plan.iterations = profile.iterations;
  plan.large_iterations = profile.large_iterations;
  plan.clients.count = profile.clients;
  plan.rounds = profile.rounds;
  plan.db_csv_bytes = profile.db_csv_bytes;
  plan.pass_time_s = profile.pass_time_s;
  plan.rest_s = profile.rest_s;
  plan.idle_s = profile.idle_s;
  plan.stall_s = profile.stall_s;
  plan.settle_s = profile.settle_s;
  plan.fixtures = {"default"};
  return plan;
}

}  // namespace bftp::plan
