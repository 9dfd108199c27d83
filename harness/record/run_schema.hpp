#pragma once

#include <string>
#include <string_view>

#include <boost/json/value.hpp>

namespace bftp::record {

/// What run.json says that it is, and in which version; described by docs/run.schema.json. A key that changes
/// its meaning or goes raises the version.
inline constexpr std::string_view run_schema = "bftp-torture/run";
inline constexpr int run_schema_version = 1;

/// Why a document is not one that this version reads, as the end of a sentence that starts with its name;
/// empty if it is. Old checkpoints name no schema.
std::string other_schema(const boost::json::value& document);

}  // namespace bftp::record
