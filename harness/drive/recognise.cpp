#include "harness/drive/recognise.hpp"

#include <algorithm>
#include <array>

#include "protocol/dialects.hpp"

namespace bftp::drive {
namespace {

using protocol::EndOfFile;
using protocol::TransferError;
using protocol::WorkerRecord;

/// Likely ones first. `http1.1` differs from `http` in nothing that a server could be recognised by.
constexpr std::array<std::string_view, 9> candidates{"http", "ftp", "bftp", "stream", "sized",
                                                     "line", "nul", "raw",  "fixed"};

bool is_copy(const WorkerRecord& record) {
  return record.error == TransferError::none && record.identical.value_or(false);
}

/// Words of HTTP or FTP came back: no other dialect's server says them.
bool says_no_in_its_own_words(std::string_view dialect, const WorkerRecord& record) {
  return record.error == TransferError::refused && (dialect == "http" || dialect == "ftp");
}

/// The server may well be broken, but it speaks the dialect; or the trial says nothing of the server.
bool leaves_no_doubt(std::string_view told, const WorkerRecord& record) {
  if (is_copy(record)) return true;
  const auto* facts = protocol::find_dialect_facts(told);
  const bool silence_refuses = told == "sized" || facts == nullptr || facts->end == EndOfFile::close;
  switch (record.error) {
    case TransferError::none:
    case TransferError::closed_early:
    case TransferError::wrong_size:
    case TransferError::too_long:
    case TransferError::deadline:  // content came, behind an answer of this dialect
      return record.bytes > 0 && (told == "ftp" || !silence_refuses);
    case TransferError::refused:
      return told == "ftp" || !silence_refuses;
    case TransferError::local:
    case TransferError::connect_failed:
      return true;
    default:
      return false;
  }
}

bool is_same_family(std::string_view a, std::string_view b) {
  if ((a == "https") != (b == "https")) return false;
  return a.starts_with(b) || b.starts_with(a);
}

}  // namespace

std::optional<std::string> recognise_dialect(std::string_view told, const TryDialect& attempt) {
  const auto first = attempt(told);
  if (!first || leaves_no_doubt(told, *first)) return std::nullopt;
  for (const auto candidate : candidates) {
    if (is_same_family(told, candidate)) continue;
    const auto record = attempt(candidate);
    if (record && (is_copy(*record) || says_no_in_its_own_words(candidate, *record)))
      return std::string(candidate);
  }
  return std::nullopt;
}

const fixtures::Fixture* fixture_for_trial(const std::vector<fixtures::Fixture>& fixtures) {
  constexpr std::uint64_t size_min = 16;
  constexpr std::uint64_t size_max = 1u << 20;
  const fixtures::Fixture* best = nullptr;
  for (const auto& fixture : fixtures) {
    const bool plain = std::ranges::all_of(fixture.name, [](unsigned char c) { return c > ' ' && c < 0x7f; });
    if (!plain || fixture.size < size_min || fixture.size > size_max) continue;
    if (best == nullptr || fixture.size < best->size) best = &fixture;
  }
  return best;
}

}  // namespace bftp::drive
