#include "client_under_test/worker/evidence.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <cassert>
#include <cstdio>

#include "client_under_test/worker/printable.hpp"
#include "protocol/unique_fd.hpp"

namespace bftp::client::worker {

namespace {

/// One line of a dump: sixteen bytes from the row that holds the difference.
std::string dump_row(std::string_view window, std::uint64_t window_offset, std::uint64_t at) {
  const std::uint64_t row = at / 16 * 16;
  std::string digits;
  for (std::uint64_t i = row; i < row + 16; ++i) {
    if (i < window_offset || i - window_offset >= window.size()) {
      digits += " --";
    } else {
      digits += fmt::format(" {:02x}", static_cast<unsigned char>(window[i - window_offset]));
    }
  }
  return fmt::format("{:010x}{}", row, digits);
}

}  // namespace

std::string describe_difference(const std::string& name, const protocol::WorkerFixture& fixture,
                                const CheckedCopy& copy) {
  assert(copy.window && copy.first_difference);
  const auto& window = *copy.window;
  const auto at = *copy.first_difference;
  return fmt::format(
      "fixture           {}\n"
      "size expected     {}\n"
      "size received     {}\n"
      "sha256 expected   {}\n"
      "sha256 received   {}\n"
      "first difference  byte {} (counted from 0)\n"
      "window            from byte {}: {} bytes of the fixture in {}.expected.bin, {} of the copy in "
      "{}.received.bin\n"
      "expected          {}\n"
      "received          {}\n",
      printable(fixture.name, 255), fixture.size, copy.size, protocol::to_hex(fixture.sha256),
      copy.sha256 ? protocol::to_hex(*copy.sha256) : std::string("unknown: the copy is not whole"), at,
      window.offset, window.expected.size(), name, window.received.size(), name,
      dump_row(window.expected, window.offset, at), dump_row(window.received, window.offset, at));
}

std::string EvidenceShelf::save(const std::string& label, const std::string& own_name,
                                const protocol::WorkerFixture& fixture, const CheckedCopy& copy) {
  if (folder_.empty() || !copy.window || saved_[label] == max_) return {};
  ++saved_[label];
  const std::string name = label.empty() ? own_name : label + "-" + own_name;
  const bool saved = write(name + ".expected.bin", copy.window->expected) &&
                     write(name + ".received.bin", copy.window->received) &&
                     write(name + ".txt", describe_difference(name, fixture, copy));
  return saved ? name + ".txt" : std::string();
}

bool EvidenceShelf::write(const std::string& name, std::string_view content) const {
  const std::string path = folder_ + "/" + name;
  const std::string temporary = folder_ + "/.tmp-" + name;
  const protocol::UniqueFd file(
      ::open(temporary.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0644));
  if (!file) return false;
  if (::write(file.get(), content.data(), content.size()) == static_cast<ssize_t>(content.size()) &&
      ::rename(temporary.c_str(), path.c_str()) == 0) {
    return true;
  }
  ::unlink(temporary.c_str());
  return false;
}

}  // namespace bftp::client::worker
