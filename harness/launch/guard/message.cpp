#include "harness/launch/guard/message.hpp"

#include <charconv>

namespace bftp::launch::guard {
namespace {

using protocol::Error;
using protocol::ErrorKind;
using protocol::Result;

/// Appends fields, each ended by a NUL byte.
class Writer {
 public:
  explicit Writer(std::string_view kind) { add(kind); }
  Writer& add(std::string_view field) {
    text_.append(field);
    text_.push_back('\0');
    return *this;
  }
  template <class Number>
  Writer& number(Number value) {
    return add(std::to_string(value));
  }
  Writer& list(const std::vector<std::string>& fields) {
    number(fields.size());
    for (const auto& field : fields) add(field);
    return *this;
  }
  std::string take() { return std::move(text_); }

 private:
  std::string text_;
};

/// Takes fields off the front. After the first wrong one, `ok` stays false.
class Reader {
 public:
  explicit Reader(std::string_view text) : rest_(text) {}
  bool ok() const { return ok_; }
  bool whole() const { return ok_ && rest_.empty(); }

  std::string field() {
    const auto end = rest_.find('\0');
    if (end == std::string_view::npos) {
      ok_ = false;
      return {};
    }
    std::string result(rest_.substr(0, end));
    rest_.remove_prefix(end + 1);
    return result;
  }
  template <class Number>
  Number number() {
    const auto digits = field();
    Number value{};
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
    if (error != std::errc() || end != digits.data() + digits.size()) ok_ = false;
    return value;
  }
  std::vector<std::string> list() {
    const auto size = number<std::size_t>();
    std::vector<std::string> result;
    for (std::size_t i = 0; i < size && ok_; ++i) result.push_back(field());
    return result;
  }
  std::vector<int> numbers() {
    const auto size = number<std::size_t>();
    std::vector<int> result;
    for (std::size_t i = 0; i < size && ok_; ++i) result.push_back(number<int>());
    return result;
  }

 private:
  std::string_view rest_;
  bool ok_ = true;
};

struct Encoder {
  std::string operator()(const Spawn& m) const {
    Writer writer("spawn");
    writer.number(m.id).add(m.file).add(m.folder).number(m.cpus.size());
    for (const int cpu : m.cpus) writer.number(cpu);
    writer.number(m.limits.file_bytes_max).number(m.limits.memory_bytes_max).number(m.limits.descriptors_max);
    return writer.list(m.argv).list(m.environment).take();
  }
  std::string operator()(const Signal& m) const {
    return Writer("signal").number(m.pid).number(m.signal).take();
  }
  std::string operator()(const KillAll& m) const { return Writer("kill_all").number(m.deadline_ms).take(); }
  std::string operator()(const Hello& m) const {
    return Writer("hello")
        .add(m.cgroup_v2)
        .add(m.cgroup_v1_cpuacct)
        .add(m.cgroup_v1_pids)
        .number(m.processes_limited ? 1 : 0)
        .take();
  }
  std::string operator()(const Spawned& m) const {
    return Writer("spawned").number(m.id).number(m.pid).take();
  }
  std::string operator()(const SpawnFailed& m) const {
    return Writer("spawn_failed").number(m.id).number(static_cast<int>(m.step)).number(m.error).take();
  }
  std::string operator()(const TreeExcess& m) const {
    return Writer("excess").number(m.memory_bytes).number(m.processes).take();
  }
  std::string operator()(const Ended& m) const {
    return Writer("ended").number(m.pid).number(m.code).number(m.signal).take();
  }
  std::string operator()(const Killed& m) const { return Writer("killed").number(m.remaining).take(); }
};

Spawn read_spawn(Reader& reader) {
  Spawn m;
  m.id = reader.number<std::uint32_t>();
  m.file = reader.field();
  m.folder = reader.field();
  m.cpus = reader.numbers();
  m.limits.file_bytes_max = reader.number<std::uint64_t>();
  m.limits.memory_bytes_max = reader.number<std::uint64_t>();
  m.limits.descriptors_max = reader.number<std::uint64_t>();
  m.argv = reader.list();
  m.environment = reader.list();
  return m;
}

Hello read_hello(Reader& reader) {
  Hello m;
  m.cgroup_v2 = reader.field();
  m.cgroup_v1_cpuacct = reader.field();
  m.cgroup_v1_pids = reader.field();
  m.processes_limited = reader.number<int>() != 0;
  return m;
}

SpawnFailed read_spawn_failed(Reader& reader) {
  SpawnFailed m;
  m.id = reader.number<std::uint32_t>();
  m.step = static_cast<SpawnStep>(reader.number<std::uint8_t>());
  m.error = reader.number<int>();
  return m;
}

TreeExcess read_excess(Reader& reader) {
  TreeExcess m;
  m.memory_bytes = reader.number<std::uint64_t>();
  m.processes = reader.number<std::uint32_t>();
  return m;
}

Ended read_ended(Reader& reader) {
  Ended m;
  m.pid = reader.number<int>();
  m.code = reader.number<int>();
  m.signal = reader.number<int>();
  return m;
}

Signal read_signal(Reader& reader) {
  Signal m;
  m.pid = reader.number<int>();
  m.signal = reader.number<int>();
  return m;
}

Spawned read_spawned(Reader& reader) {
  Spawned m;
  m.id = reader.number<std::uint32_t>();
  m.pid = reader.number<int>();
  return m;
}

}  // namespace

std::string encode(const Message& message) {
  return std::visit(Encoder{}, message);
}

Result<Message> parse(std::string_view packet) {
  Reader reader(packet);
  const auto kind = reader.field();
  Message message;
  if (kind == "spawn") {
    message = read_spawn(reader);
  } else if (kind == "signal") {
    message = read_signal(reader);
  } else if (kind == "kill_all") {
    message = KillAll{reader.number<std::uint32_t>()};
  } else if (kind == "hello") {
    message = read_hello(reader);
  } else if (kind == "spawned") {
    message = read_spawned(reader);
  } else if (kind == "spawn_failed") {
    message = read_spawn_failed(reader);
  } else if (kind == "excess") {
    message = read_excess(reader);
  } else if (kind == "ended") {
    message = read_ended(reader);
  } else if (kind == "killed") {
    message = Killed{reader.number<std::uint32_t>()};
  } else {
    return Error{ErrorKind::malformed, "a guard's message of unknown kind '" + kind + "'", 0};
  }
  if (!reader.whole()) return Error{ErrorKind::malformed, "a guard's message '" + kind + "' is broken", 0};
  return message;
}

}  // namespace bftp::launch::guard
