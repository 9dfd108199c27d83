#include "harness/torture/test_content.hpp"

#include <algorithm>
#include <array>
#include <cstring>

namespace bftp::torture {
namespace {

using Word = std::uint64_t;

/// splitmix64 (Steele, Lea, Flood 2014): each number of the sequence is known by its place.
Word word_at(std::uint64_t place) {
  Word word = (place + 1) * 0x9e3779b97f4a7c15;
  word = (word ^ (word >> 30)) * 0xbf58476d1ce4e5b9;
  word = (word ^ (word >> 27)) * 0x94d049bb133111eb;
  return word ^ (word >> 31);
}

}  // namespace

std::string test_content(std::uint64_t offset, std::size_t size, unsigned kind) {
  const Word changed = Word{kind} * 0x5555555555555555;
  std::string content(size, '\0');
  for (std::size_t at = 0; at < size;) {
    const auto word = word_at((offset + at) / sizeof(Word)) ^ changed;
    std::array<char, sizeof(Word)> bytes{};
    std::memcpy(bytes.data(), &word, sizeof(Word));
    const std::size_t from = (offset + at) % sizeof(Word);
    const std::size_t count = std::min(sizeof(Word) - from, size - at);
    std::memcpy(content.data() + at, bytes.data() + from, count);
    at += count;
  }
  return content;
}

}  // namespace bftp::torture
