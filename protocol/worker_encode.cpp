#include "protocol/external_client_json.hpp"
#include "protocol/json_writer.hpp"
#include "protocol/request.hpp"
#include "protocol/worker_channel.hpp"

namespace bftp::protocol {

namespace {

constexpr std::string_view transferred_key = "transferred";
constexpr std::string_view verify_key = "verify";

constexpr std::size_t detail_bytes_max = 300;  // as WorkerRecord::detail promises

/// Cut before the character that would cross the bound.
std::string_view at_most(std::string_view text, std::size_t bytes_max) {
  if (text.size() <= bytes_max) return text;
  std::size_t cut = bytes_max;
  for (int back = 0; back < 3 && (static_cast<unsigned char>(text[cut]) & 0xC0) == 0x80; ++back) --cut;
  return text.substr(0, cut);
}

void write(JsonWriter& json, const WorkerFixture& fixture) {
  json.open('{');
  json.member("name", fixture.name);
  json.member("size", fixture.size);
  json.member("sha256", to_hex(fixture.sha256));
  json.member("local_path", fixture.local_path);
  json.close('}');
}

}  // namespace

std::string encode(const WorkerJob& job) {
  std::string line;
  JsonWriter json(line);
  json.open('{');
  json.member("client", job.client);
  json.member("dialect", job.dialect);
  json.member("verify", to_string(job.verify));
  json.member("lasting_connection", job.lasting_connection);
  json.member("arena_bytes", job.arena_bytes);
  json.member("hash_threads", job.hash_threads);
  json.member("transfer_deadline_s", job.transfer_deadline_s);
  if (!job.user.empty()) json.member("user", job.user);
  if (!job.password.empty()) json.member("password", job.password);
  if (!job.ca_file.empty()) json.member("ca_file", job.ca_file);
  json.member("receive_buffer_bytes", job.receive_buffer_bytes);
  if (!job.put_tag.empty()) json.member("put_tag", job.put_tag);
  json.member("evidence_folder", job.evidence_folder);
  json.member("evidence_max", job.evidence_max);
  json.key("fixtures");
  json.open('[');
  for (const auto& fixture : job.fixtures) write(json, fixture);
  json.close(']');
  if (!job.external_clients.empty()) {
    json.key("external_clients");
    json.open('[');
    for (const auto& client : job.external_clients) write(json, client);
    json.close(']');
  }
  json.close('}');
  return line;
}

std::string encode(const WorkerBlock& block) {
  std::string line;
  JsonWriter json(line);
  json.open('{');
  json.member("block", block.block);
  json.member("host", block.host);
  json.member("port", block.port);
  if (!block.dialect.empty()) json.member("dialect", block.dialect);
  if (!block.label.empty()) json.member("label", block.label);
  json.member("op", to_string(block.op));
  json.key("fixtures");
  json.open('[');
  for (const auto fixture : block.fixtures) json.value(fixture);
  json.close(']');
  json.member("first_iteration", block.first_iteration);
  json.member("iterations", block.iterations);
  json.member("start_interval_s", block.start_interval_s);
  if (block.start_offset_s != 0) json.member("start_offset_s", block.start_offset_s);
  if (block.hold_verification) json.member("hold_verification", true);
  json.member("hold_s", block.hold_s);
  if (block.may_store) json.member("may_store", true);
  json.member("server_root", block.server_root);
  json.member("external_client", block.external_client);
  json.close('}');
  return line;
}

// The keys are short because a run writes one such line for each transfer.
std::string encode(const WorkerRecord& record) {
  std::string line;
  line.reserve(256);
  JsonWriter json(line);
  json.open('{');
  json.member("i", record.iteration);
  json.member("op", to_string(record.op));
  json.member("f", record.fixture);
  json.member("bytes", record.bytes);
  json.member("start", record.start_ns);
  json.member("connect", record.connect_ns);
  json.member("first", record.first_byte_ns);
  json.member("transfer", record.transfer_ns);
  json.member("cpu", record.cpu_ns);
  if (record.sha256) json.member("sha256", to_hex(*record.sha256));
  json.member("same", record.identical);
  json.member("diff", record.first_difference);
  if (record.error != TransferError::none) json.member("error", to_string(record.error));
  if (!record.detail.empty()) json.member("detail", at_most(record.detail, detail_bytes_max));
  if (!record.evidence.empty()) json.member("evidence", record.evidence);
  if (record.client_end) {
    json.key("client_end");
    write(json, *record.client_end);
  }
  json.close('}');
  return line;
}

std::string encode(const WorkerSignal& signal) {
  std::string line;
  JsonWriter json(line);
  json.open('{');
  json.member(signal.kind == WorkerSignal::Kind::verify ? verify_key : transferred_key, signal.block);
  json.close('}');
  return line;
}

}  // namespace bftp::protocol
