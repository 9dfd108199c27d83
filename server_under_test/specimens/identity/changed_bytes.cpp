#include "server_under_test/specimens/identity/changed_bytes.hpp"

#include <vector>

namespace bftp::server::specimens {

namespace {
constexpr std::byte flipped_bit{0x10};
}

std::size_t ChangedSource::read(std::span<std::byte> into) {
  const auto got = SourceDecorator::read(into);
  if (where_ >= at() && where_ - at() < got) into[static_cast<std::size_t>(where_ - at())] ^= flipped_bit;
  return got;
}

void ChangedUpload::write(std::span<const std::byte> bytes) {
  std::vector<std::byte> copy(bytes.begin(), bytes.end());
  if (where_ >= at_ && where_ - at_ < copy.size())
    copy[static_cast<std::size_t>(where_ - at_)] ^= flipped_bit;
  at_ += copy.size();
  inner().write(copy);
}

void change_byte(Answer& answer, Dice& dice) {
  if (answer.body && answer.body->size() > 0) {
    const auto where = dice.below(answer.body->size());
    answer.body = std::make_unique<ChangedSource>(std::move(answer.body), where);
  }
  if (answer.upload && answer.upload->size() > 0) {
    const auto where = dice.below(answer.upload->size());
    answer.upload = std::make_unique<ChangedUpload>(std::move(answer.upload), where);
  }
}

}  // namespace bftp::server::specimens
