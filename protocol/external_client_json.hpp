#pragma once

#include "protocol/external_client.hpp"
#include "protocol/json_reader.hpp"
#include "protocol/json_writer.hpp"

/// External clients in the lines of worker_channel.hpp.
namespace bftp::protocol {

void write(JsonWriter& json, const ExternalClient& client);
void write(JsonWriter& json, const ClientEnd& end);
/// What is wrong is told to `outer`, under `key`.
ExternalClient read_external_client(JsonReader& outer, std::string_view key, const boost::json::value& value);
ClientEnd read_client_end(JsonReader& outer, std::string_view key, const boost::json::value& value);

}  // namespace bftp::protocol
