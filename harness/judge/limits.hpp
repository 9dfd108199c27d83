#pragma once

#include <map>
#include <string>
#include <string_view>

#include "harness/judge/check.hpp"

namespace bftp::judge {

using LimitValues = std::map<std::string, double>;

/// The check's defaults with the plan's values over them.
LimitValues limits_for(const Check& check, const plan::Limits& plan);

/// A limit by its name: as given, else the check's default. Asserts that the check declares it.
double limit(const Check& check, const LimitValues& values, std::string_view name);

}  // namespace bftp::judge
