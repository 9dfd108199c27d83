#include "harness/record/run_schema.hpp"

#include <fmt/format.h>

#include <boost/json/serialize.hpp>

namespace bftp::record {

std::string other_schema(const boost::json::value& document) {
  const auto* object = document.if_object();
  if (object == nullptr) return {};
  if (const auto* schema = object->if_contains("schema"))
    if (const auto* name = schema->if_string(); name == nullptr || *name != run_schema)
      return fmt::format("is no run of bftp-torture: its schema is {}, not \"{}\"",
                         boost::json::serialize(*schema), run_schema);
  const auto* version = object->if_contains("schema_version");
  if (version == nullptr) return {};
  const auto* number = version->if_int64();
  if (number != nullptr && *number >= 1 && *number <= run_schema_version) return {};
  return fmt::format(
      "was written by another version of bftp-torture: its schema_version is {}, and this one reads {} at "
      "most",
      boost::json::serialize(*version), run_schema_version);
}

}  // namespace bftp::record
