#pragma once

#include <string>
#include <vector>

#include <boost/json/value.hpp>

namespace bftp::report {

/// Problems of `document` by the part of JSON Schema (draft 2020-12) that docs/run.schema.json uses: $ref
/// into $defs, type, const, enum, required, properties, additionalProperties, items, anyOf, minimum. Stricter
/// in one point: a key that `properties` does not name is a problem, so that a new key cannot be forgotten in
/// the schema. "path: what" each.
std::vector<std::string> schema_problems(const boost::json::value& schema,
                                         const boost::json::value& document);

/// Keywords of the schema that the function above does not understand: a test keeps this empty.
std::vector<std::string> unknown_keywords(const boost::json::value& schema);

}  // namespace bftp::report
