#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "harness/doctor/system.hpp"

namespace bftp::doctor {

/// What the machine alone cannot tell; from those who know the other rooms.
struct Surroundings {
  std::string temporary_folder, reports_folder, fixtures_folder;
  std::function<std::optional<std::string>()> missing_helper;
  std::function<std::vector<std::string>()> lacking_fixtures;
  std::function<std::optional<Cgroups>()> cgroups;
  std::function<std::optional<NoiseFloor>()> noise_floor;
};

/// The machine that we run on.
std::unique_ptr<System> make_linux_system(Surroundings surroundings);

}  // namespace bftp::doctor
