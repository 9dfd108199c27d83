#include "client_under_test/worker/external/external_transfer.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <optional>

#include "client_under_test/worker/clock.hpp"
#include "client_under_test/worker/external/folder_use.hpp"
#include "client_under_test/worker/external/transfer_folder.hpp"
#include "client_under_test/worker/failure.hpp"
#include "client_under_test/worker/get_transfer.hpp"
#include "client_under_test/worker/printable.hpp"
#include "client_under_test/worker/stored_file.hpp"
#include "protocol/command_words.hpp"
#include "protocol/percent_encoding.hpp"

namespace bftp::client::worker {

using protocol::ClientEnd;
using protocol::Op;
using protocol::TransferError;
using protocol::WorkerFixture;
using protocol::WorkerRecord;

namespace {

/// What a client may write beyond the fixture's size: as much as a server may send to our own.
constexpr std::uint64_t excess_bytes = Excess::bytes_max;

ProgramOrder program_order(const ExternalOrder& order, const TransferFolder& folder, Op op,
                           std::uint64_t size) {
  ProgramOrder program;
  program.file = order.client.file;
  program.argv = external_argv(order, folder.local(), op);
  program.environment = order.client.environment;
  program.environment.push_back("TMPDIR=" + folder.path());
  program.environment.push_back("PWD=" + folder.path());
  program.folder = folder.path();
  program.time_ns_max = order.time_ns_max;
  program.file_bytes_max = size + excess_bytes;
  program.memory_bytes_max = order.client.memory_bytes_max;
  program.processes_max = order.client.processes_max;
  return program;
}

ExternalOutcome not_started(WorkerRecord& record, const protocol::Error& error) {
  fail(record, TransferError::local, error.message);
  return {};
}

/// Runs it and takes over what the record says of any program.
ProgramEnd run_program(ProgramRunner& runner, const ProgramOrder& program, bool open_loop,
                       WorkerRecord& record) {
  const auto cpu_from_ns = thread_cpu_ns();
  auto end = runner.run(program);
  record.cpu_ns = thread_cpu_ns() - cpu_from_ns + end.cpu_ns;
  if (!end.not_started.empty()) return end;
  if (!open_loop) record.start_ns = end.started_ns;
  ClientEnd& told = record.client_end.emplace();
  told.exit_code = end.exit_code;
  told.signal = end.signal;
  told.killed = end.killed != Killed::no;
  told.cpu_ns = end.cpu_ns;
  told.rss_peak_bytes = end.rss_peak_bytes;
  told.processes_left = end.processes_left;
  told.output_bytes = end.output_bytes;
  std::string_view last = end.output_end;
  constexpr std::size_t said_raw_bytes = ClientEnd::said_bytes_max / 2;
  if (last.size() > said_raw_bytes) last.remove_prefix(last.size() - said_raw_bytes);
  told.said = printable(last, said_raw_bytes).substr(0, ClientEnd::said_bytes_max);
  return end;
}

std::string quote_of(const ClientEnd& end) {
  return end.said.empty() ? std::string("; it printed nothing") : "; it said \"" + end.said + "\"";
}

/// How a program that did not end with exit status 0 failed.
void fail_program(const ProgramEnd& end, const ProgramOrder& program, WorkerRecord& record) {
  const double limit_s = static_cast<double>(program.time_ns_max) / 1e9;
  if (!end.not_started.empty()) return fail(record, TransferError::local, end.not_started);
  if (end.killed == Killed::deadline)
    return fail(record, TransferError::deadline,
                fmt::format("the client had not ended after {} s, and was killed", limit_s));
  if (end.killed == Killed::disk)
    return fail(record, TransferError::too_long,
                fmt::format("the client filled its folder with more than {} bytes, and was killed",
                            2 * program.file_bytes_max));
  if (end.killed == Killed::processes)
    return fail(
        record, TransferError::client_failed,
        fmt::format("the client started more than {} processes, and was killed", program.processes_max));
  if (end.signal == SIGXFSZ)
    return fail(record, TransferError::too_long,
                fmt::format("the client wrote a file of more than {} bytes, and was stopped",
                            program.file_bytes_max));
  if (end.signal)
    return fail(record, TransferError::client_failed,
                fmt::format("the client was ended by signal {} ({}){}", *end.signal, ::strsignal(*end.signal),
                            quote_of(*record.client_end)));
  if (end.exit_code != 0)
    fail(record, TransferError::client_failed,
         fmt::format("the client ended with exit status {}{}", end.exit_code.value_or(-1),
                     quote_of(*record.client_end)));
}

/// What lies in the folder now.
void look_around(const TransferFolder& folder, ClientEnd& end) {
  struct stat about {};
  end.file = ::lstat(folder.local().c_str(), &about) == 0;
  end.file_bytes = end.file && S_ISREG(about.st_mode) ? static_cast<std::uint64_t>(about.st_size) : 0;
  const auto found = survey(folder.path(), TransferFolder::local_name);
  end.others_left = found.others;
  end.other_left = printable(found.other, 80);
}

protocol::Result<CheckedCopy> check_copy(const TransferFolder& folder, const WorkerFixture& fixture,
                                         const LocalFile* local) {
  const auto opened = ServerRoot::open(folder.path(), "the client's folder");
  if (!opened) return opened.error();
  std::array<std::byte, 65'536> buffer{};
  return opened->check(TransferFolder::local_name, fixture, local, protocol::Verify::sha256, buffer);
}

protocol::Result<void> write_copy(const std::string& path, std::span<const std::byte> bytes) {
  const protocol::UniqueFd file(::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0644));
  if (!file) return protocol::system_error("making the client's copy " + path);
  while (!bytes.empty()) {
    const ssize_t written = ::write(file.get(), bytes.data(), bytes.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return protocol::system_error("writing the client's copy " + path);
    bytes = bytes.subspan(static_cast<std::size_t>(written));
  }
  return {};
}

}  // namespace

std::vector<std::string> external_argv(const ExternalOrder& order, const std::string& local, Op op) {
  const std::map<std::string, std::string, std::less<>> plain{{"host", order.host},
                                                              {"port", std::to_string(order.port)},
                                                              {"remote", order.remote},
                                                              {"local", local},
                                                              {"op", protocol::to_string(op)}};
  auto in_url = plain;
  in_url["remote"] = protocol::percent_encoded(order.remote);
  if (order.host.find(':') != std::string::npos) in_url["host"] = "[" + order.host + "]";
  std::vector<std::string> argv;
  for (const auto& word : order.client.argv)
    argv.push_back(protocol::substitute(word, word.find("://") == std::string::npos ? plain : in_url));
  return argv;
}

ExternalOutcome external_get(ProgramRunner& runner, const ExternalOrder& order, const WorkerFixture& fixture,
                             const LocalFile* local, WorkerRecord& record, const NoteCopy& note) {
  const auto folder = TransferFolder::create(order.client.scratch_folder);
  if (!folder) return not_started(record, folder.error());
  const auto program = program_order(order, *folder, Op::get, fixture.size);
  const auto end = run_program(runner, program, order.open_loop, record);
  fail_program(end, program, record);
  ExternalOutcome outcome{false, end.ended_ns};
  if (!record.client_end) return outcome;
  look_around(*folder, *record.client_end);
  record.bytes = record.client_end->file_bytes;
  if (!record.client_end->file) {
    fail(record, TransferError::missing_file,
         "the client ended with exit status 0, but there is no file where {local} told it to put one");
    return outcome;
  }
  const auto copy = check_copy(*folder, fixture, local);
  if (record.error == TransferError::none && !copy) {
    fail(record,
         copy.error().kind == protocol::ErrorKind::too_long ? TransferError::too_long
                                                            : TransferError::client_failed,
         copy.error().message);
    return outcome;
  }
  outcome.well = record.error == TransferError::none;
  if (outcome.well) {
    record.transfer_ns = end.ended_ns - record.start_ns;
    note(*copy);
  } else if (copy) {
    record.sha256 = copy->sha256;
    record.identical = copy->identical;
    if (copy->identical) record.detail += "; yet the file that it left is whole and right";
  }
  return outcome;
}

ExternalOutcome external_put(ProgramRunner& runner, const ExternalOrder& order, const WorkerFixture& fixture,
                             const LocalFile& local, WorkerRecord& record) {
  const auto folder = TransferFolder::create(order.client.scratch_folder);
  if (!folder) return not_started(record, folder.error());
  const auto copy_from_ns = now_ns();
  if (const auto written = write_copy(folder->local(), local.bytes()); !written)
    return not_started(record, written.error());
  record.start_ns += now_ns() - copy_from_ns;  // making the copy is ours, and no part of the transfer
  const auto program = program_order(order, *folder, Op::put, fixture.size);
  const auto end = run_program(runner, program, order.open_loop, record);
  fail_program(end, program, record);
  ExternalOutcome outcome{false, end.ended_ns};
  if (!record.client_end) return outcome;
  look_around(*folder, *record.client_end);
  outcome.well = record.error == TransferError::none;
  if (!outcome.well) return outcome;
  record.bytes = fixture.size;
  record.transfer_ns = end.ended_ns - record.start_ns;
  return outcome;
}

}  // namespace bftp::client::worker
