#include "harness/plan/plan_file.hpp"

#include <fcntl.h>
#include <toml++/toml.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <optional>

#include "protocol/unique_fd.hpp"

namespace bftp::plan {
namespace {

using protocol::Error;
using protocol::ErrorKind;
using protocol::Result;

constexpr std::size_t plan_file_max_bytes = 1u << 20;

std::string place(const std::string& file, const toml::source_region& source) {
  return file + ":" + std::to_string(source.begin.line);
}

Error refuse_at(const std::string& where, const std::string& what) {
  return Error{ErrorKind::invalid_input, where + ": " + what, 0};
}

/// A list of strings, or nothing.
std::optional<std::vector<std::string>> strings(const toml::array& array) {
  std::vector<std::string> result;
  for (const auto& node : array) {
    const auto* text = node.as_string();
    if (text == nullptr) return std::nullopt;
    result.push_back(text->get());
  }
  return result;
}

std::optional<Value> value_of(const toml::node& node) {
  if (const auto* text = node.as_string()) return Value(text->get());
  if (const auto* count = node.as_integer()) return Value(count->get());
  if (const auto* number = node.as_floating_point()) return Value(number->get());
  if (const auto* flag = node.as_boolean()) return Value(flag->get());
  if (const auto* array = node.as_array()) {
    if (auto list = strings(*array)) return Value(std::move(*list));
  }
  return std::nullopt;
}

Result<void> flatten(const toml::table& table, const std::string& prefix, const std::string& file,
                     Settings& settings) {
  for (const auto& [name, node] : table) {
    const auto key = prefix + std::string(name.str());
    const auto* inner = node.as_table();
    if (inner != nullptr && inner->empty()) {
      settings.push_back({key, EmptyTable{}, place(file, node.source())});
      continue;
    }
    if (inner != nullptr) {
      if (auto done = flatten(*inner, key + ".", file, settings); !done) return done;
      continue;
    }
    const auto where = place(file, node.source());
    auto value = value_of(node);
    if (!value)
      return refuse_at(
          where,
          key +
              " holds what no setting can be; right are a text, a number, true or false, or a list of texts");
    settings.push_back({key, std::move(*value), where});
  }
  return {};
}

}  // namespace

Result<Settings> parse_plan_file(std::string_view toml, const std::string& file) {
  if (toml.size() > plan_file_max_bytes) return refuse_at(file, "a plan file has at most 1 MiB");
  try {
    const auto table = toml::parse(toml, file);
    Settings settings;
    if (auto done = flatten(table, "", file, settings); !done) return done.error();
    return settings;
  } catch (const toml::parse_error& error) {
    return refuse_at(place(file, error.source()), "this is no TOML: " + std::string(error.description()));
  }
}

Result<std::string> read_plan_file(const std::string& file) {
  const protocol::UniqueFd fd(::open(file.c_str(), O_RDONLY | O_CLOEXEC));
  if (!fd) return protocol::system_error("cannot read the plan file " + file);
  std::string text;
  std::array<char, 64u << 10> buffer{};
  while (text.size() <= plan_file_max_bytes) {
    const auto got = ::read(fd.get(), buffer.data(), buffer.size());
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return protocol::system_error("cannot read the plan file " + file);
    if (got == 0) return text;
    text.append(buffer.data(), static_cast<std::size_t>(got));
  }
  return refuse_at(file, "a plan file has at most 1 MiB");
}

}  // namespace bftp::plan
