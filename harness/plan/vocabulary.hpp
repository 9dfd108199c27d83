#pragma once

#include <string>
#include <vector>

/// The words that a plan may use, for checking and for `bftp-torture list`.
namespace bftp::plan {

std::vector<std::string> dialect_names();    ///< what the workers speak
std::vector<std::string> suite_names();      ///< what can be run
std::vector<std::string> model_names();      ///< concurrency models of the reference server
std::vector<std::string> behaviour_names();  ///< how the reference server misbehaves towards a client

}  // namespace bftp::plan
