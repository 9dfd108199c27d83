#include "client_under_test/worker/copy_checker.hpp"

#include <algorithm>
#include <cassert>
#include <cstring>

namespace bftp::client::worker {

namespace {

/// Local pages are dropped behind the comparison in files above this size.
constexpr std::uint64_t drop_above_bytes = 8u << 20;

std::string_view text_of(std::span<const std::byte> bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

/// Where the two differ first; the common length if they do not.
std::size_t common_prefix(std::span<const std::byte> a, std::span<const std::byte> b) {
  const std::size_t size = std::min(a.size(), b.size());
  if (size == 0 || std::memcmp(a.data(), b.data(), size) == 0) return size;
  return static_cast<std::size_t>(
      std::mismatch(a.begin(), a.begin() + static_cast<std::ptrdiff_t>(size), b.begin()).first - a.begin());
}

}  // namespace

CopyChecker::CopyChecker(const protocol::WorkerFixture& fixture, const LocalFile* local,
                         protocol::Verify verify)
    : fixture_(fixture), local_(local) {
  assert(local != nullptr || verify != protocol::Verify::bytes);
  if (verify != protocol::Verify::bytes) hash_.emplace();
}

void CopyChecker::feed(std::span<const std::byte> piece) {
  if (local_ != nullptr && !first_difference_) compare(piece);
  if (hash_) hash_->update(piece);
  if (window_) extend_window(piece);
  fed_ += piece.size();
}

void CopyChecker::compare(std::span<const std::byte> piece) {
  const auto expected = local_->bytes();
  const auto from = std::min<std::uint64_t>(fed_, expected.size());
  const std::size_t equal = common_prefix(piece, expected.subspan(from));
  if (equal < piece.size()) note_difference(fed_ + equal);
  if (expected.size() > drop_above_bytes) local_->drop(from, from + equal);
}

void CopyChecker::note_difference(std::uint64_t offset) {
  first_difference_ = offset;
  if (!hash_) start_hashing();
  const std::string_view expected = text_of(local_->bytes());
  DifferenceWindow window;
  window.offset = offset > DifferenceWindow::before ? offset - DifferenceWindow::before : 0;
  window.expected = expected.substr(window.offset, DifferenceWindow::size);
  // What came before this piece equalled the local file; the piece itself is added by extend_window().
  const std::uint64_t known = std::max(fed_, window.offset) - window.offset;
  window.received = expected.substr(window.offset, std::min(known, DifferenceWindow::size));
  window_ = std::move(window);
}

void CopyChecker::extend_window(std::span<const std::byte> piece) {
  const std::uint64_t next = window_->offset + window_->received.size();
  if (window_->received.size() >= DifferenceWindow::size || next >= fed_ + piece.size()) return;
  assert(next >= fed_);
  window_->received += text_of(piece).substr(next - fed_, DifferenceWindow::size - window_->received.size());
}

void CopyChecker::start_hashing() {
  hash_.emplace();
  hash_->update(local_->bytes().first(static_cast<std::size_t>(fed_)));
}

CheckedCopy CopyChecker::finish(bool whole) {
  if (whole && local_ != nullptr && !first_difference_ && fed_ < fixture_.size) {
    // Every byte that came was right, and the rest never did: the difference is where the copy ends.
    note_difference(fed_);
  }
  CheckedCopy result;
  result.size = fed_;
  result.first_difference = first_difference_;
  result.window = std::move(window_);
  if (!whole) return result;
  result.sha256 = hash_ ? hash_->finish() : fixture_.sha256;
  result.identical = fed_ == fixture_.size && *result.sha256 == fixture_.sha256;
  return result;
}

CheckedCopy check_whole(const protocol::WorkerFixture& fixture, const LocalFile* local,
                        std::span<const std::byte> copy) {
  const protocol::Digest digest = protocol::sha256(text_of(copy));
  if (copy.size() == fixture.size && digest == fixture.sha256) {
    CheckedCopy result;
    result.size = copy.size();
    result.sha256 = digest;
    result.identical = true;
    return result;
  }
  CopyChecker checker(fixture, local, protocol::Verify::sha256);
  checker.feed(copy);
  return checker.finish(true);
}

}  // namespace bftp::client::worker
