#include "client_under_test/worker/worker.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "client_under_test/worker/failure.hpp"
#include "client_under_test/worker/impolite.hpp"
#include "protocol/dialects.hpp"

namespace bftp::client::worker {

using protocol::Error;
using protocol::ErrorKind;
using protocol::Op;
using protocol::Result;
using protocol::Verify;

namespace {

/// Room for the answer in front of a copy; longer answers still work, but may turn the copy into a windowed
/// one.
constexpr std::uint64_t answer_room_bytes = 4096;
/// What an Intake wants at least.
constexpr std::uint64_t memory_min_bytes = 256u << 10;
constexpr double longest_s = 1e9;

std::int64_t nanoseconds(double seconds) {
  return static_cast<std::int64_t>(std::llround(seconds * 1e9));
}

bool is_time(double seconds) {
  return seconds > 0 && seconds <= longest_s;
}

Error invalid(std::string message) {
  return {ErrorKind::invalid_input, std::move(message), 0};
}

Error unknown_dialect(const std::string& name) {
  return invalid(
      fmt::format("unknown dialect \"{}\"; known are: {}", name, fmt::join(dialect_names(), ", ")));
}

/// Of a dialect that nobody has written down: what a plain one has.
protocol::DialectFacts facts_of(const Dialect& dialect) {
  const auto* facts = protocol::find_dialect_facts(dialect.name());
  return facts != nullptr ? *facts : protocol::DialectFacts{};
}

/// It becomes part of a file's name.
bool is_label(const std::string& label) {
  return label.size() <= 32 && label.find_first_not_of("abcdefghijklmnopqrstuvwxyz_") == std::string::npos;
}

}  // namespace

Worker::Worker(protocol::WorkerJob job, const Dialect& dialect)
    : job_(std::move(job)), dialect_(dialect), evidence_(job_.evidence_folder, job_.evidence_max) {}

Result<std::unique_ptr<Worker>> Worker::prepare(protocol::WorkerJob job,
                                                std::unique_ptr<ProgramRunner> runner) {
  const Dialect* dialect = find_dialect(job.dialect);
  if (dialect == nullptr) return unknown_dialect(job.dialect);
  if (job.lasting_connection) dialect = &dialect->when_lasting();
  if (!is_time(job.transfer_deadline_s)) {
    return invalid(fmt::format("transfer_deadline_s is {}; it has to be above 0 and at most {}",
                               job.transfer_deadline_s, longest_s));
  }
  std::unique_ptr<Worker> worker(new Worker(std::move(job), *dialect));
  if (auto loaded = worker->load_trust(); !loaded) return loaded.error();
  if (auto mapped = worker->map_memory(); !mapped) return mapped.error();
  worker->open_local_files();
  worker->runner_ = std::move(runner);
  if (!worker->runner_ && !worker->job_.external_clients.empty()) worker->runner_ = make_program_runner();
  return worker;
}

Result<void> Worker::load_trust() {
  if (!facts_of(dialect_).encrypted) return boost::system::in_place_value;
  auto trust = TlsTrust::load(job_.ca_file);
  if (!trust) return trust.error();
  trust_ = std::move(*trust);
  return boost::system::in_place_value;
}

Result<void> Worker::map_memory() {
  auto scratch = Arena::map(memory_min_bytes);
  if (!scratch) return scratch.error();
  scratch_ = std::move(*scratch);
  if (job_.verify != Verify::sha256) return boost::system::in_place_value;
  auto arena = Arena::map(job_.arena_bytes + arena_extra_bytes);
  if (!arena) return arena.error();
  arena_ = std::move(*arena);
  return boost::system::in_place_value;
}

void Worker::open_local_files() {
  for (const auto& fixture : job_.fixtures) {
    auto local = LocalFile::open(fixture.local_path, fixture.size);
    if (local && job_.verify == Verify::bytes) {
      // A copy that equals the local file is given the fixture's digest, so the local file had better have
      // it.
      const auto digest = protocol::sha256_of_file(local->fd());
      if (!digest || *digest != fixture.sha256) {
        local = invalid(fmt::format("the local copy {} has not the fixture's SHA-256", fixture.local_path));
      }
    }
    locals_.push_back(std::move(local));
  }
}

const LocalFile* Worker::local(std::size_t fixture) const {
  return locals_[fixture] ? &*locals_[fixture] : nullptr;
}

Result<void> Worker::check(const protocol::WorkerBlock& block) const {
  for (const auto fixture : block.fixtures) {
    if (fixture >= job_.fixtures.size()) {
      return invalid(fmt::format("block {} names fixture {}, the job has {}", block.block, fixture,
                                 job_.fixtures.size()));
    }
  }
  const Dialect* dialect = dialect_of(block);
  if (dialect == nullptr) return unknown_dialect(block.dialect);
  if (facts_of(*dialect).encrypted && !trust_) {
    return invalid(fmt::format("block {} is in the encrypted dialect {}, the job is in {}", block.block,
                               block.dialect, job_.dialect));
  }
  const bool stores = block.op == Op::put || block.op == Op::abort_put || block.op == Op::replace_put;
  if ((stores && !dialect->can_store()) ||
      (block.op == Op::replace_put && !facts_of(*dialect).put_replaces)) {
    return invalid(fmt::format("block {} asks for {}, which the dialect {} does not have", block.block,
                               to_string(block.op), dialect->name()));
  }
  if (block.op == Op::replace_put && block.server_root.empty()) {
    return invalid(fmt::format("block {} asks for {} and names no server_root, where the older file would be",
                               block.block, to_string(block.op)));
  }
  if (!is_label(block.label)) {
    return invalid(fmt::format("block {} has a label that is no word of lower case letters and underscores",
                               block.block));
  }
  if (block.external_client && *block.external_client >= job_.external_clients.size()) {
    return invalid(fmt::format("block {} names external client {}, the job has {}", block.block,
                               *block.external_client, job_.external_clients.size()));
  }
  if (block.start_interval_s && !is_time(*block.start_interval_s)) {
    return invalid(fmt::format("block {} has start_interval_s {}", block.block, *block.start_interval_s));
  }
  if (!(block.start_offset_s >= 0 && block.start_offset_s <= longest_s)) {
    return invalid(fmt::format("block {} has start_offset_s {}", block.block, block.start_offset_s));
  }
  if (!(block.hold_s >= 0 && block.hold_s <= longest_s)) {
    return invalid(fmt::format("block {} has hold_s {}", block.block, block.hold_s));
  }
  if (block.iterations > std::numeric_limits<std::uint32_t>::max() - block.first_iteration) {
    return invalid(fmt::format("block {} counts its iterations past 2^32", block.block));
  }
  return boost::system::in_place_value;
}

Result<void> Worker::run(const protocol::WorkerBlock& block, const RecordSink& sink, const VerifyGate& gate) {
  if (auto checked = check(block); !checked) return checked.error();
  begin(block);
  const Error sink_gave_up{ErrorKind::closed, "nobody reads the records", 0};
  const Error gate_gave_up{ErrorKind::closed, "nobody says when to verify", 0};
  std::uint64_t number = 0;
  for (std::uint32_t i = 0; i < block.iterations; ++i) {
    for (const auto fixture : block.fixtures) {
      if (records_.size() == records_max && !deliver(sink)) return sink_gave_up;
      transfer(block.first_iteration + i, fixture, number++);
    }
  }
  if (block.hold_verification && (!gate || !gate(block))) return gate_gave_up;
  if (!deliver(sink)) return sink_gave_up;
  return boost::system::in_place_value;
}

void Worker::begin(const protocol::WorkerBlock& block) {
  block_ = &block;
  way_ = &way_to(block);
  exchange_ = way_->exchange.get();
  exchange_->drop_if_stale();
  root_.reset();
  const bool puts = block.op == Op::put || block.op == Op::replace_put;
  if (puts && !block.server_root.empty()) root_ = ServerRoot::open(block.server_root);
  const auto transfers = std::uint64_t{block.iterations} * block.fixtures.size();
  records_.reserve(static_cast<std::size_t>(std::min<std::uint64_t>(transfers, records_max)));
  schedule_ns_ = now_ns() + nanoseconds(block.start_offset_s);
  cpu_mark_ns_ = thread_cpu_ns();
}

/// Null if there is none of the name that the block gives.
const Dialect* Worker::dialect_of(const protocol::WorkerBlock& block) const {
  if (block.dialect.empty() || block.dialect == job_.dialect) return &dialect_;
  const Dialect* dialect = find_dialect(block.dialect);
  return dialect != nullptr && job_.lasting_connection ? &dialect->when_lasting() : dialect;
}

TransferTerms Worker::terms_in(const Dialect& dialect) const {
  TransferTerms terms{dialect,
                      nanoseconds(job_.transfer_deadline_s),
                      job_.receive_buffer_bytes,
                      job_.lasting_connection,
                      job_.user,
                      job_.password};
  terms.trust = facts_of(dialect).encrypted ? trust_.get() : nullptr;
  return terms;
}

Worker::Way& Worker::way_to(const protocol::WorkerBlock& block) {
  const Dialect& dialect = *dialect_of(block);
  const auto found = std::find_if(ways_.begin(), ways_.end(), [&](const auto& way) {
    return &way->terms.dialect == &dialect && way->link.is_to(block.host, block.port);
  });
  if (found != ways_.end()) return **found;
  if (ways_.size() == ways_max) ways_.erase(ways_.begin());
  return *ways_.emplace_back(std::make_unique<Way>(block.host, block.port, terms_in(dialect)));
}

void Worker::transfer(std::uint32_t iteration, std::uint32_t fixture, std::uint64_t number) {
  protocol::WorkerRecord& record = records_.emplace_back();
  record.iteration = iteration;
  record.op = block_->op;
  record.fixture = fixture;
  record.start_ns = now_ns();
  if (block_->external_client && protocol::is_transfer(block_->op)) return external(record, number);
  switch (block_->op) {
    case Op::get:
      return get(record, number);
    case Op::put:
    case Op::replace_put:
      return put(record, number);
    default:
      return visit(record);
  }
}

static void fail_without_other_verbs(const Dialect& dialect, protocol::WorkerRecord& record) {
  fail(record, protocol::TransferError::local,
       fmt::format("the dialect {} has nothing but requests for whole files", dialect.name()));
}

/// What is no transfer, over connections of its own: a lasting one of the transfers is left alone.
void Worker::visit(protocol::WorkerRecord& record) {
  Way own(block_->host, block_->port, way_->terms);
  const auto& fixture = job_.fixtures[record.fixture];
  if (block_->op == Op::stall) {
    own.exchange->prepare_get(fixture.name);
    return own.exchange->stall(nanoseconds(block_->hold_s), record);
  }
  const Dialect& dialect = own.terms.dialect;
  if (!facts_of(dialect).single_connection) {
    if (block_->op == Op::refused) return ask_exchange_for_refusal(record);
    return fail(record, protocol::TransferError::local,
                fmt::format("an exchange of the dialect {} cannot be broken off", dialect.name()));
  }
  const auto asking = [&](std::string_view name) {
    return Asking{name, own.link.text(), false};
  };
  const std::string request = dialect.ask_get(asking(fixture.name));
  switch (block_->op) {
    case Op::refused:
      return ask_for_refusal(own.terms, own.link, refused_request(own.link.text()), record);
    case Op::other_verb: {
      const auto verbs = dialect.ask_others(asking(fixture.name));
      if (verbs.empty()) return fail_without_other_verbs(dialect, record);
      return ask_for_other(own.terms, own.link, verbs[other_verbs_++ % verbs.size()], record);
    }
    case Op::abort_get: {
      // What a health check or a scanner of ports does; of six, since most are to be in the middle of a file.
      const std::uint64_t kind = aborted_gets_++ % 6;
      if (kind < 4) return abort_get(own.terms, own.link, request, record);
      return leave_early(own.terms, own.link, request.substr(0, kind == 4 ? 0 : request.size() / 2), record);
    }
    case Op::abort_put: {
      if (!has_local(record)) return;
      const std::string name = pending_put(records_.size() - 1).name;
      const Leave leave = aborted_puts_++ % 2 == 0 ? Leave::orderly : Leave::reset;
      return abort_put(own.terms, own.link, dialect.ask_put(asking(name), fixture.size),
                       *local(record.fixture), leave, record);
    }
    case Op::half_open: {
      Link half(block_->host, block_->port, own.terms.trust);
      Link begun(block_->host, block_->port, own.terms.trust);
      Link deaf(block_->host, block_->port, own.terms.trust);
      Link storing(block_->host, block_->port, own.terms.trust);
      std::optional<HalfPut> put;
      const bool has_half = fixture.size > 0;  // half of an empty file is all of it, and would be stored
      if (block_->may_store && has_half && dialect.can_store() && local(record.fixture) != nullptr) {
        const std::string name = pending_put(records_.size() - 1).name;
        put.emplace(HalfPut{storing, dialect.ask_put(asking(name), fixture.size), *local(record.fixture)});
      }
      return hold_half_open(own.terms, {own.link, half, begun, deaf}, request, put,
                            nanoseconds(block_->hold_s), record);
    }
    case Op::get:
    case Op::put:
    case Op::replace_put:
    case Op::stall:
      break;
  }
}

/// Where an exchange is more than a question and an answer: one whole exchange for a name that is not there.
void Worker::ask_exchange_for_refusal(protocol::WorkerRecord& record) {
  TransferTerms terms = way_->terms;
  terms.limit_ns = std::min(terms.limit_ns, impolite_limit_ns);
  terms.patience = Patience(terms.limit_ns);
  Way own(block_->host, block_->port, terms);
  protocol::WorkerFixture missing;
  missing.name = missing_name(job_.client, refusals_++);
  Intake intake(memory_for(missing.size), Intake::Policy::discard, missing, nullptr);
  Stopwatch watch;
  watch.start(now_ns());
  record.start_ns = watch.counts_from_ns();
  own.exchange->prepare_get(missing.name);
  own.exchange->get(missing, intake, watch, record);
  if (record.error == protocol::TransferError::refused) {
    record.error = protocol::TransferError::none;
    record.detail.clear();
  } else if (record.error == protocol::TransferError::none ||
             record.error == protocol::TransferError::too_long) {
    record.error = protocol::TransferError::malformed_reply;  // what nobody has was sent
    record.detail = "the server said yes where a refusal is due";
  }
}

/// A missing name, in turn with what else the dialect knows to be refused. Clients begin at different ones,
/// so that the first few requests of all have each.
std::string Worker::refused_request(const std::string& host) {
  const std::uint64_t number = refusals_++;
  const auto others = way_->terms.dialect.ask_refused();
  if (number % 2 == 1 && !others.empty()) return others[(number / 2 + job_.client) % others.size()];
  return way_->terms.dialect.ask_get({missing_name(job_.client, number), host, false});
}

/// Starts the watch now, or when the transfer is due.
void Worker::start(Stopwatch& watch, protocol::WorkerRecord& record, std::uint64_t number) const {
  if (block_->start_interval_s) {
    record.start_ns = schedule_ns_ + nanoseconds(static_cast<double>(number) * *block_->start_interval_s);
    sleep_until_ns(record.start_ns);
  } else {
    record.start_ns = now_ns();
  }
  watch.start(record.start_ns, cpu_mark_ns_);
}

void Worker::stopped(const Stopwatch& watch, protocol::WorkerRecord& record) {
  record.cpu_ns = watch.cpu_ns();
  cpu_mark_ns_ = watch.cpu_stopped_ns();
  way_->terms.patience.note(record, watch.elapsed_ns(now_ns()));
}

void Worker::get(protocol::WorkerRecord& record, std::uint64_t number) {
  const auto& fixture = job_.fixtures[record.fixture];
  if (job_.verify == Verify::bytes && !has_local(record)) return;
  if (const auto why = way_->terms.dialect.cannot_ask(fixture.name); !why.empty())
    return fail(record, protocol::TransferError::local, why);
  const std::size_t index = records_.size() - 1;
  const auto policy = job_.verify == Verify::sha256  ? Intake::Policy::keep
                      : job_.verify == Verify::bytes ? Intake::Policy::compare
                                                     : Intake::Policy::discard;
  Intake intake(memory_for(fixture.size), policy, fixture, local(record.fixture));
  Stopwatch watch;
  exchange_->prepare_get(fixture.name);
  start(watch, record, number);
  const bool whole = exchange_->get(fixture, intake, watch, record);
  stopped(watch, record);
  if (policy != Intake::Policy::discard) keep(intake, whole, index);
}

/// Puts a received copy aside for verify(), or notes at once what its checker has already found.
void Worker::keep(Intake& intake, bool whole, std::size_t record) {
  if (intake.content_bytes() == 0 && !whole) return;
  const std::size_t fixture = records_[record].fixture;
  if (!intake.is_kept()) return note(records_[record], intake.result(whole));
  if (whole) {
    constexpr std::size_t cache_line = 64;
    kept_.push_back({record, &job_.fixtures[fixture], local(fixture), intake.kept(), {}});
    arena_used_ += (intake.kept_end() + cache_line - 1) / cache_line * cache_line;
  } else if (local(fixture) != nullptr) {
    // A broken copy has no digest to compare, but a wrong byte in it is worth knowing.
    CopyChecker checker(job_.fixtures[fixture], local(fixture), Verify::bytes);
    checker.feed(intake.kept());
    note(records_[record], checker.finish(false));
  }
}

/// Of a PUT of the record's fixture, under a name that no other file of ours has.
Worker::PendingPut Worker::pending_put(std::size_t record) {
  const std::uint64_t number = put_numbers_.take();
  return {record, number,
          put_name(job_.put_tag, job_.client, number, job_.fixtures[records_[record].fixture].name)};
}

/// All of it was sent, and only the answer was wrong: that the file is there is what PUT is for.
static bool is_stored_all_the_same(const protocol::WorkerRecord& record,
                                   const protocol::WorkerFixture& fixture) {
  using protocol::TransferError;
  const bool answered_wrongly = record.error == TransferError::malformed_reply ||
                                record.error == TransferError::too_long ||
                                record.error == TransferError::wrong_size;
  return answered_wrongly && record.bytes == fixture.size;
}

void Worker::put(protocol::WorkerRecord& record, std::uint64_t number) {
  if (!has_local(record)) return;
  const auto& fixture = job_.fixtures[record.fixture];
  if (!pending_puts_.empty() && stored_bytes_ + fixture.size > job_.arena_bytes) verify();
  PendingPut pending = pending_put(records_.size() - 1);
  pending.replaces = plant_older(record, pending.name);
  if (pending.replaces) cpu_mark_ns_ = thread_cpu_ns();
  exchange_->prepare_put(pending.name, fixture.size);
  Stopwatch watch;
  start(watch, record, number);
  const bool stored = exchange_->put(*local(record.fixture), scratch_.memory(), watch, record);
  stopped(watch, record);
  if (!stored) {
    const bool left_by_us = pending.replaces || is_stored_all_the_same(record, fixture);
    if (left_by_us && root_ && *root_) static_cast<void>((*root_)->remove(pending.name));
    return;
  }
  stored_bytes_ += fixture.size;
  pending_puts_.push_back(std::move(pending));
}

/// The first PUT of each fixture meets an older file of its name (clause 4.8). Only the first, where time is
/// taken: a file system may write data out when a file is replaced, and that would be taken for the server's
/// own slowness.
bool Worker::plant_older(const protocol::WorkerRecord& record, const std::string& name) const {
  const bool wanted = block_->op == Op::replace_put || record.iteration == 0;
  return wanted && root_ && *root_ && facts_of(way_->terms.dialect).put_replaces &&
         (*root_)->plant(name).has_value();
}

/// True if the fixture's local copy is there; else the record says that the fault is ours.
bool Worker::has_local(protocol::WorkerRecord& record) const {
  const auto& file = locals_[record.fixture];
  if (!file) fail(record, protocol::TransferError::local, file.error().message);
  return file.has_value();
}

/// Where the next copy goes; verifies what is there when it would not fit behind it.
std::span<std::byte> Worker::memory_for(std::uint64_t bytes) {
  if (job_.verify != Verify::sha256) return scratch_.memory();
  const auto all = arena_.memory();
  if (arena_used_ != 0 && all.size() - arena_used_ < std::max(bytes + answer_room_bytes, memory_min_bytes))
    verify();
  return all.subspan(arena_used_);
}

}  // namespace bftp::client::worker
