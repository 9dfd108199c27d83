#include "harness/report/format.hpp"

#include <algorithm>
#include <cassert>

namespace bftp::report {
namespace {

/// Function-local, so that it exists before the first registration of any other file's initialisation.
std::vector<Format>& registry() {
  static std::vector<Format> formats;
  return formats;
}

}  // namespace

const std::vector<Format>& all_formats() {
  return registry();
}

const Format* find_format(std::string_view name) {
  const auto& formats = registry();
  const auto found =
      std::find_if(formats.begin(), formats.end(), [&](const Format& format) { return format.name == name; });
  return found == formats.end() ? nullptr : &*found;
}

bool detail::register_format(const Format& format) {
  assert(format.render != nullptr && find_format(format.name) == nullptr);
  auto& formats = registry();
  const auto place = std::find_if(formats.begin(), formats.end(),
                                  [&](const Format& other) { return format.name < other.name; });
  formats.insert(place, format);
  return true;
}

}  // namespace bftp::report
