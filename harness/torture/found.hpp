#pragma once

#include <string>

#include "harness/torture/finding.hpp"

/// Findings of cases that judge more than one answer. `happened`: one sentence without full stop.
namespace bftp::torture {

Finding skipped(std::string why);
Finding kept(std::string happened);
Finding tolerated(std::string happened);
Finding broken(std::string happened, std::string cause);

}  // namespace bftp::torture
