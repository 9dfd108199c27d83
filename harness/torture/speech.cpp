#include "harness/torture/speech.hpp"

#include <algorithm>

#include "harness/torture/logged_wire.hpp"

namespace bftp::torture {

namespace {

/// Filled before main(), never changed afterwards.
std::vector<std::unique_ptr<const Speech>>& speech_table() {
  static std::vector<std::unique_ptr<const Speech>> speeches;
  return speeches;
}

}  // namespace

protocol::Result<std::unique_ptr<Wire>> Speech::open(const Visit& visit) const {
  auto wire = visit.network.connect(visit.patience);
  if (!wire) return wire.error();
  return std::unique_ptr<Wire>(std::make_unique<LoggedWire>(std::move(*wire), visit));
}

std::string Speech::ask_further(std::string_view name, bool) const {
  return ask(name);
}

std::string Speech::ask_escaped(std::string_view, std::string_view) const {
  return {};
}

std::unique_ptr<FileSession> Speech::file_session(const Visit&) const {
  return nullptr;
}

RegisteredSpeech::RegisteredSpeech(std::unique_ptr<const Speech> speech) {
  speech_table().push_back(std::move(speech));
}

const std::vector<const Speech*>& all_speeches() {
  static const std::vector<const Speech*> sorted = [] {
    std::vector<const Speech*> speeches;
    for (const auto& speech : speech_table()) speeches.push_back(speech.get());
    std::ranges::sort(speeches, {}, [](const Speech* speech) { return speech->clause(); });
    return speeches;
  }();
  return sorted;
}

const Speech* find_speech(std::string_view dialect) {
  const auto& all = all_speeches();
  const auto found = std::ranges::find(all, dialect, &Speech::dialect);
  return found == all.end() ? nullptr : *found;
}

}  // namespace bftp::torture
