#include "harness/judge/verdict.hpp"

#include <array>

#include "harness/record/words.hpp"

namespace bftp::judge {
namespace {

constexpr record::WordTable<Status, 5> statuses{{{Status::pass, "pass"},
                                                 {Status::fail, "fail"},
                                                 {Status::warn, "warn"},
                                                 {Status::inconclusive, "inconclusive"},
                                                 {Status::skip, "skip"}}};

constexpr record::WordTable<Severity, 4> severities{{{Severity::info, "info"},
                                                     {Severity::minor, "minor"},
                                                     {Severity::major, "major"},
                                                     {Severity::critical, "critical"}}};

constexpr record::WordTable<Category, 13> categories{{{Category::identity, "identity"},
                                                      {Category::uniformity, "uniformity"},
                                                      {Category::cpu, "cpu"},
                                                      {Category::memory, "memory"},
                                                      {Category::handles, "handles"},
                                                      {Category::framing, "framing"},
                                                      {Category::conformance, "conformance"},
                                                      {Category::hostile, "hostile"},
                                                      {Category::network, "network"},
                                                      {Category::concurrency, "concurrency"},
                                                      {Category::lifecycle, "lifecycle"},
                                                      {Category::client, "client"},
                                                      {Category::harness, "harness"}}};

}  // namespace

const char* to_string(Status status) {
  return record::word_of(statuses, status);
}
const char* to_string(Severity severity) {
  return record::word_of(severities, severity);
}
const char* to_string(Category category) {
  return record::word_of(categories, category);
}

std::optional<Status> status_from(std::string_view word) {
  return record::value_of(statuses, word);
}
std::optional<Severity> severity_from(std::string_view word) {
  return record::value_of(severities, word);
}
std::optional<Category> category_from(std::string_view word) {
  return record::value_of(categories, word);
}

}  // namespace bftp::judge
