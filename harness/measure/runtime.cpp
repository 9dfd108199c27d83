#include "harness/measure/runtime.hpp"

#include <algorithm>
#include <array>
#include <span>
#include <string_view>
#include <vector>

namespace bftp::measure {
namespace {

using record::RuntimeKind;

/// Go's linker lays its note into the first page or two.
constexpr std::size_t head_bytes = 16u << 10;

std::string_view last_part(std::string_view path) {
  constexpr std::string_view gone = " (deleted)";
  if (path.ends_with(gone)) path.remove_suffix(gone.size());
  return path.substr(path.rfind('/') + 1);
}

/// "python3.11" is "python3" and a version; "nodejs" is no "node".
bool is_program(std::string_view name, std::string_view program) {
  if (!name.starts_with(program)) return false;
  return name.find_first_not_of("0123456789.-", program.size()) == std::string_view::npos;
}

RuntimeKind kind_of_mapped(std::string_view file) {
  if (file == "libjvm.so") return RuntimeKind::hotspot;
  // A program that holds its runtime in one file has no libcoreclr.so, but writes code through this mapping.
  if (file == "libcoreclr.so" || file.starts_with("memfd:doublemapper")) return RuntimeKind::dotnet;
  if (file.starts_with("libnode.so")) return RuntimeKind::v8;
  if (file.starts_with("libruby") && file.find(".so") != std::string_view::npos) return RuntimeKind::ruby;
  if (file.starts_with("libpython3") && file.find(".so") != std::string_view::npos)
    return RuntimeKind::cpython;
  return RuntimeKind::unknown;
}

RuntimeKind kind_of_program(std::string_view name) {
  for (const char* program : {"node", "nodejs", "deno"})
    if (is_program(name, program)) return RuntimeKind::v8;
  if (is_program(name, "ruby")) return RuntimeKind::ruby;
  if (is_program(name, "python")) return RuntimeKind::cpython;
  return RuntimeKind::unknown;
}

/// The path of each mapped file, from /proc/PID/maps (proc(5)).
template <class Look>
void each_mapped(std::string_view maps, const Look& look) {
  while (!maps.empty()) {
    const auto end = std::min(maps.find('\n'), maps.size());
    const std::string_view line = maps.substr(0, end);
    maps.remove_prefix(std::min(end + 1, maps.size()));
    if (const auto path = line.find(" /"); path != std::string_view::npos) look(line.substr(path + 1));
  }
}

std::vector<std::string_view> parts(std::string_view text, std::string_view separators) {
  std::vector<std::string_view> found;
  while (!text.empty()) {
    const auto end = std::min(text.find_first_of(separators), text.size());
    if (end > 0) found.push_back(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return found;
}

/// Which words size a heap, and in which variables of the environment such words stand, in the order in which
/// the runtime heeds them; an empty one stands for the command line.
struct HeapWords {
  RuntimeKind kind;
  std::vector<std::string_view> word_begins;
  std::vector<std::string_view> words_in;
  std::vector<std::string_view> variables;  ///< whose own value counts
};

const std::vector<HeapWords>& heap_words() {
  static const std::vector<HeapWords> all = {
      {RuntimeKind::hotspot,
       {"-Xms", "-Xmx", "-XX:InitialHeapSize=", "-XX:MaxHeapSize="},
       {"JAVA_TOOL_OPTIONS=", "JDK_JAVA_OPTIONS=", "", "_JAVA_OPTIONS="},
       {}},
      {RuntimeKind::v8, {"--max-semi-space-size=", "--max_semi_space_size="}, {"NODE_OPTIONS=", ""}, {}},
      {RuntimeKind::dotnet, {}, {}, {"DOTNET_GCgen0size=", "COMPlus_GCgen0size="}},
      {RuntimeKind::go, {}, {}, {"GOGC=", "GOMEMLIMIT="}},
      {RuntimeKind::ruby, {}, {}, {"RUBY_GC_MALLOC_LIMIT_MAX=", "RUBY_GC_OLDMALLOC_LIMIT_MAX="}}};
  return all;
}

bool begins_with_any(std::string_view word, const std::vector<std::string_view>& begins) {
  return std::ranges::any_of(begins, [word](std::string_view begin) { return word.starts_with(begin); });
}

std::vector<std::string> heap_options(ProcFiles& files, int pid, RuntimeKind kind) {
  using namespace std::string_view_literals;
  const auto found = std::ranges::find(heap_words(), kind, &HeapWords::kind);
  if (found == heap_words().end()) return {};
  const std::string folder = "/proc/" + std::to_string(pid);
  const std::string command = files.read(folder + "/cmdline").value_or("");
  const std::string environment = files.read(folder + "/environ").value_or("");
  const auto variables = parts(environment, "\0"sv);
  std::vector<std::string> options;
  const auto take = [&](const std::vector<std::string_view>& words) {
    for (const std::string_view word : words)
      if (begins_with_any(word, found->word_begins)) options.emplace_back(word);
  };
  for (const std::string_view source : found->words_in) {
    if (source.empty()) take(parts(command, "\0"sv));
    for (const std::string_view variable : variables)
      if (!source.empty() && variable.starts_with(source))
        take(parts(variable.substr(source.size()), " \t\n"));
  }
  for (const std::string_view variable : variables)
    if (begins_with_any(variable, found->variables)) options.emplace_back(variable);
  return options;
}

}  // namespace

bool has_go_note(std::string_view head) {
  using namespace std::string_view_literals;
  if (!head.starts_with("\x7f"
                        "ELF"sv))
    return false;
  // Elf_Nhdr (elf(5)): length of the name, length of the id, type 4; then the name. Of any byte order.
  constexpr std::string_view type_and_name_little = "\4\0\0\0Go\0\0"sv,
                             type_and_name_big = "\0\0\0\4Go\0\0"sv;
  return head.find(type_and_name_little) != std::string_view::npos ||
         head.find(type_and_name_big) != std::string_view::npos;
}

RecognisedRuntime recognise_runtime(ProcFiles& files, int pid) {
  const std::string folder = "/proc/" + std::to_string(pid);
  RecognisedRuntime found;
  RuntimeKind& kind = found.runtime.kind;
  std::string counters;
  const std::string maps = files.read(folder + "/maps").value_or("");
  each_mapped(maps, [&](std::string_view path) {
    if (kind == RuntimeKind::unknown) kind = kind_of_mapped(last_part(path));
    if (path.find("/hsperfdata_") != std::string_view::npos) counters = folder + "/root" + std::string(path);
  });
  if (kind == RuntimeKind::unknown)
    kind = kind_of_program(last_part(files.read_link(folder + "/exe").value_or("")));
  if (kind == RuntimeKind::unknown) {
    std::array<char, head_bytes> head{};
    const auto file = files.open(folder + "/exe");
    const auto text = file ? file->read(head) : std::nullopt;
    if (text && has_go_note(*text)) kind = RuntimeKind::go;
  }
  if (kind == RuntimeKind::hotspot) found.counters = counters;
  found.runtime.options = heap_options(files, pid, kind);
  return found;
}

}  // namespace bftp::measure
