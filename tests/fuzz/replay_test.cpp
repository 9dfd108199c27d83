#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <random>
#include <sstream>
#include <string>
#include <vector>

#include "tests/fuzz/targets.hpp"

namespace bftp::fuzz {
namespace {

std::vector<std::string> corpus_of(const Target& target) {
  std::vector<std::string> inputs;
  const auto folder = std::filesystem::path(BFTP_SOURCE_DIR) / "tests/fuzz/corpus" / target.name;
  for (const auto& entry : std::filesystem::directory_iterator(folder)) {
    std::ostringstream content;
    content << std::ifstream(entry.path(), std::ios::binary).rdbuf();
    inputs.push_back(content.str());
  }
  std::sort(inputs.begin(), inputs.end());  // the folder's own order differs from machine to machine
  return inputs;
}

/// One byte changed, taken out, doubled, or the end cut off: what a fuzzer tries first.
std::string mutated(std::string input, std::mt19937& random) {
  if (input.empty()) return std::string(1, static_cast<char>(random()));
  const std::size_t at = random() % input.size();
  switch (random() % 4) {
    case 0:
      input[at] = static_cast<char>(random());
      break;
    case 1:
      input.erase(at, 1);
      break;
    case 2:
      input.insert(at, 1, input[at]);
      break;
    default:
      input.resize(at);
      break;
  }
  return input;
}

class Replay : public ::testing::TestWithParam<Target> {};

INSTANTIATE_TEST_SUITE_P(Targets, Replay, ::testing::ValuesIn(targets),
                         [](const auto& target) { return std::string(target.param.name); });

TEST_P(Replay, HoldsForTheSeedCorpus) {
  const auto inputs = corpus_of(GetParam());
  ASSERT_GE(inputs.size(), 3U);
  for (const auto& input : inputs) GetParam().run(input);
}

TEST_P(Replay, HoldsForMutatedSeeds) {
  std::mt19937 random(20'240'601);
  for (const auto& seed : corpus_of(GetParam())) {
    std::string input = seed;
    for (int step = 0; step < 200; ++step) {
      input = mutated(step % 10 == 0 ? seed : input, random);
      GetParam().run(input);
    }
  }
}

TEST_P(Replay, HoldsForNothing) {
  GetParam().run({});
}

}  // namespace
}  // namespace bftp::fuzz
