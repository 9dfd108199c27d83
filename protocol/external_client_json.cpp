#include "protocol/external_client_json.hpp"

namespace bftp::protocol {

namespace {

void write_list(JsonWriter& json, std::string_view name, const std::vector<std::string>& texts) {
  json.key(name);
  json.open('[');
  for (const auto& text : texts) json.value(text);
  json.close(']');
}

void read_list(JsonReader& reader, std::string_view key, std::vector<std::string>& into) {
  if (const auto* texts = reader.array(key))
    for (const auto& text : *texts) reader.read(text, key, into.emplace_back());
}

/// Reads an object by `read`, a function of a JsonReader&.
template <class Read>
void read_object(JsonReader& outer, std::string_view key, const boost::json::value& value,
                 std::string_view what, Read read) {
  const auto* object = value.if_object();
  if (object == nullptr) return outer.wrong(key, "is no object");
  JsonReader reader(*object, what);
  read(reader);
  if (reader.error()) outer.wrong(key, reader.error()->message);
}

}  // namespace

void write(JsonWriter& json, const ExternalClient& client) {
  json.open('{');
  json.member("file", client.file);
  write_list(json, "argv", client.argv);
  write_list(json, "environment", client.environment);
  json.member("scratch_folder", client.scratch_folder);
  json.member("memory_bytes_max", client.memory_bytes_max);
  json.member("processes_max", client.processes_max);
  json.close('}');
}

ExternalClient read_external_client(JsonReader& outer, std::string_view key,
                                    const boost::json::value& value) {
  ExternalClient client;
  read_object(outer, key, value, "external client of a worker job", [&](JsonReader& reader) {
    reader.required("file", client.file);
    read_list(reader, "argv", client.argv);
    read_list(reader, "environment", client.environment);
    reader.required("scratch_folder", client.scratch_folder);
    reader.optional("memory_bytes_max", client.memory_bytes_max);
    reader.optional("processes_max", client.processes_max);
  });
  return client;
}

void write(JsonWriter& json, const ClientEnd& end) {
  json.open('{');
  json.member("exit", end.exit_code);
  json.member("signal", end.signal);
  if (end.killed) json.member("killed", true);
  json.member("cpu", end.cpu_ns);
  json.member("rss", end.rss_peak_bytes);
  if (end.file) json.member("file_bytes", end.file_bytes);
  if (end.others_left > 0) json.member("others", end.others_left);
  if (!end.other_left.empty()) json.member("other", end.other_left);
  if (end.processes_left > 0) json.member("processes", end.processes_left);
  json.member("output", end.output_bytes);
  if (!end.said.empty()) json.member("said", end.said);
  json.close('}');
}

ClientEnd read_client_end(JsonReader& outer, std::string_view key, const boost::json::value& value) {
  ClientEnd end;
  read_object(outer, key, value, "client's end", [&](JsonReader& reader) {
    reader.optional("exit", end.exit_code);
    reader.optional("signal", end.signal);
    reader.optional("killed", end.killed);
    reader.optional("cpu", end.cpu_ns);
    reader.optional("rss", end.rss_peak_bytes);
    std::optional<std::uint64_t> file_bytes;
    reader.optional("file_bytes", file_bytes);
    end.file = file_bytes.has_value();
    end.file_bytes = file_bytes.value_or(0);
    reader.optional("others", end.others_left);
    reader.optional("other", end.other_left);
    reader.optional("processes", end.processes_left);
    reader.optional("output", end.output_bytes);
    reader.optional("said", end.said);
  });
  return end;
}

}  // namespace bftp::protocol
