#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "harness/record/run_record.hpp"

namespace bftp::record {

/// What was asked of the server, as words by name: two runs with the same work may be compared.
using Work = std::map<std::string, std::string>;

/// The parts of a plan that change what is measured: files, operations, clients, repeats. The seed, names,
/// folders, limits and the server itself are none of them.
Work work_of(const plan::Plan& plan);

/// SHA-256 of the work in hexadecimal: the same for the same work on every machine.
std::string digest_of(const Work& work);

/// One thing that keeps two runs from being compared.
struct Difference {
  std::string field;        ///< "cpu_model", "clients"
  std::string here, there;  ///< of the first and of the second
};

/// What differs between two machines and changes what is measured: processor, cores, memory (by more than
/// 5 %), kernel series (major.minor), SHA extensions. Host names do not: the runners of a CI system are
/// alike.
std::vector<Difference> unlike(const Machine& here, const Machine& there);
std::vector<Difference> unlike(const Work& here, const Work& there);

/// "cores is 2 here and 8 there; …", at most three of them.
std::string in_words(const std::vector<Difference>& differences);

}  // namespace bftp::record
