#include <array>

#include <boost/json/monotonic_resource.hpp>
#include <boost/json/parse.hpp>

#include "protocol/external_client_json.hpp"
#include "protocol/json_reader.hpp"
#include "protocol/worker_channel.hpp"

namespace bftp::protocol {

namespace {

/// Parses `line` as one JSON object, in memory that is mostly on the stack, and gives it to `read`, a
/// function of a JsonReader& that returns what it read.
template <class Read>
auto parse_line(std::string_view line, std::string_view what, Read read)
    -> Result<decltype(read(std::declval<JsonReader&>()))> {
  std::array<unsigned char, 4096> memory{};
  boost::json::monotonic_resource resource(memory.data(), memory.size());
  boost::system::error_code error;
  const auto tree = boost::json::parse({line.data(), line.size()}, error, &resource);
  if (error) return Error{ErrorKind::malformed, std::string(what) + ": no JSON: " + error.message()};
  const auto* object = tree.if_object();
  if (object == nullptr) return Error{ErrorKind::malformed, std::string(what) + ": a JSON object is due"};
  JsonReader reader(*object, what);
  auto value = read(reader);
  if (reader.error()) return *reader.error();
  return value;
}

WorkerFixture read_fixture(JsonReader& outer, const boost::json::value& value) {
  WorkerFixture fixture;
  const auto* object = value.if_object();
  if (object == nullptr) {
    outer.wrong("fixtures", "holds something else than objects");
    return fixture;
  }
  JsonReader reader(*object, "fixture of a worker job");
  reader.required("name", fixture.name);
  reader.required("size", fixture.size);
  reader.required("sha256", fixture.sha256);
  reader.required("local_path", fixture.local_path);
  if (reader.error()) outer.wrong("fixtures", reader.error()->message);
  return fixture;
}

WorkerJob read_job(JsonReader& reader) {
  WorkerJob job;
  reader.required("client", job.client);
  reader.required("dialect", job.dialect);
  reader.word("verify", job.verify, verify_from, true);
  reader.optional("lasting_connection", job.lasting_connection);
  reader.optional("arena_bytes", job.arena_bytes);
  reader.optional("hash_threads", job.hash_threads);
  reader.optional("transfer_deadline_s", job.transfer_deadline_s);
  reader.optional("user", job.user);
  reader.optional("password", job.password);
  reader.optional("ca_file", job.ca_file);
  reader.optional("receive_buffer_bytes", job.receive_buffer_bytes);
  reader.optional("put_tag", job.put_tag);
  reader.optional("evidence_folder", job.evidence_folder);
  reader.optional("evidence_max", job.evidence_max);
  if (const auto* fixtures = reader.array("fixtures")) {
    for (const auto& fixture : *fixtures) job.fixtures.push_back(read_fixture(reader, fixture));
  }
  if (const auto* clients = reader.find("external_clients"); clients != nullptr && clients->is_array()) {
    for (const auto& client : clients->get_array())
      job.external_clients.push_back(read_external_client(reader, "external_clients", client));
  }
  return job;
}

WorkerBlock read_block(JsonReader& reader) {
  WorkerBlock block;
  reader.required("block", block.block);
  reader.required("host", block.host);
  reader.required("port", block.port);
  reader.optional("dialect", block.dialect);
  reader.optional("label", block.label);
  reader.word("op", block.op, op_from, true);
  if (const auto* fixtures = reader.array("fixtures")) {
    for (const auto& index : *fixtures) reader.read(index, "fixtures", block.fixtures.emplace_back());
  }
  reader.required("first_iteration", block.first_iteration);
  reader.required("iterations", block.iterations);
  reader.optional("start_interval_s", block.start_interval_s);
  reader.optional("start_offset_s", block.start_offset_s);
  reader.optional("hold_verification", block.hold_verification);
  reader.optional("hold_s", block.hold_s);
  reader.optional("may_store", block.may_store);
  reader.optional("server_root", block.server_root);
  reader.optional("external_client", block.external_client);
  return block;
}

WorkerRecord read_record(JsonReader& reader) {
  WorkerRecord record;
  reader.required("i", record.iteration);
  reader.word("op", record.op, op_from, true);
  reader.required("f", record.fixture);
  reader.required("bytes", record.bytes);
  reader.required("start", record.start_ns);
  reader.optional("connect", record.connect_ns);
  reader.optional("first", record.first_byte_ns);
  reader.optional("transfer", record.transfer_ns);
  reader.optional("cpu", record.cpu_ns);
  reader.optional("sha256", record.sha256);
  reader.optional("same", record.identical);
  reader.optional("diff", record.first_difference);
  reader.word("error", record.error, transfer_error_from, false);
  reader.optional("detail", record.detail);
  reader.optional("evidence", record.evidence);
  if (const auto* end = reader.find("client_end"))
    record.client_end = read_client_end(reader, "client_end", *end);
  return record;
}

WorkerSignal read_signal(JsonReader& reader) {
  std::optional<std::uint32_t> transferred;
  std::optional<std::uint32_t> verify;
  reader.optional("transferred", transferred);
  reader.optional("verify", verify);
  if (transferred.has_value() == verify.has_value())
    reader.wrong("transferred", "or \"verify\" is due, one of the two");
  return {verify ? WorkerSignal::Kind::verify : WorkerSignal::Kind::transferred,
          verify ? *verify : transferred.value_or(0)};
}

}  // namespace

Result<WorkerJob> parse_worker_job(std::string_view line) {
  return parse_line(line, "worker job", read_job);
}
Result<WorkerBlock> parse_worker_block(std::string_view line) {
  return parse_line(line, "worker block", read_block);
}
Result<WorkerRecord> parse_worker_record(std::string_view line) {
  return parse_line(line, "worker record", read_record);
}
Result<WorkerSignal> parse_worker_signal(std::string_view line) {
  return parse_line(line, "worker signal", read_signal);
}

}  // namespace bftp::protocol
