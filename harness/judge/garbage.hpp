#pragma once

#include <optional>
#include <string>

#include "harness/judge/growth.hpp"
#include "harness/record/run_record.hpp"

/// Memory that a garbage collector has not had to look at yet, told from a leak.
namespace bftp::judge {

/// What a healthy server's runtime may leave lying.
struct Garbage {
  double bytes_max = 0;  ///< before its collector has to run, and what the runtime itself grows by meanwhile
  std::string language;  ///< "Java"
  std::string remedy;    ///< how to start the server so that far less may lie there, a sentence
};

/// By the runtime that the server's processes showed; nothing where what is not needed goes at once, or
/// within a round (unknown, CPython: reference counts, cycles after some 700 objects).
///
/// HotSpot: the heap begins at 1/64 of the machine's memory, and neither its young generation (up to 60 %)
/// nor its old one (45 %) is collected before it has filled up; -Xms and -Xmx count instead. Go: until the
/// heap has doubled since the last collection, at first to 4 MiB (GOGC=100); what lived then is no more than
/// the memory before the first transfer. V8: a semi-space grows to 16 MiB, and Buffers outside of its
/// heap to 64 MiB (kExternalAllocationSoftLimit). CoreCLR: generation 0, whose
/// budget follows the processor's cache; 64 MiB is above most. Ruby: 32 MiB from malloc at the most.
///
/// The runtime itself warms up too: compiled code and its compiler's memory, pages of the program that are
/// read for the first time, heap pages that are half full. Healthy servers were seen to grow by up to 45 MiB
/// (HotSpot) and 1 (Go) beyond their heaps.
std::optional<Garbage> garbage_of(const record::RunRecord& record);

/// Whether the collector went through all objects on our request just before every reading of the server at
/// rest (Collector::just_ran): there was no garbage then, and what survived is what lives.
bool is_collected(const record::RunRecord& record);

/// What the collector left on the heap, bytes; nothing where no runtime tells.
std::optional<double> survived_bytes(const record::ResourceSample& sample);

/// What may lie there at a reading at rest: as garbage_of(), but where it is collected before each, no more
/// than what the runtime itself grows by.
std::optional<Garbage> garbage_at_rest(const record::RunRecord& record);

/// Whether the server's memory (PSS) has grown over the whole run, repeats included, by no more than that:
/// what lies there has been gathering since the start. `exercise`: up to the last quiet point of this kind;
/// none: up to the last one after whole transfers.
bool may_be_garbage(const record::RunRecord& record,
                    std::optional<record::QuietKind> exercise = std::nullopt);

/// What the heap itself says, where the runtime tells of its collector (HotSpot).
enum class HeapSays : std::uint8_t {
  nothing,  ///< unknown, or the collector ran in too few rounds
  stays,    ///< what survives does not grow: no leak on the heap
  rises,    ///< it does, but old objects were not looked at in two rounds: garbage among them may lie there
  leaks,    ///< it does, however often old objects were looked at
};
struct Heap {
  HeapSays says = HeapSays::nothing;
  QuietSeries survived;  ///< what was judged, bytes
  Growth growth;         ///< of it
};

/// What lives at a moment is no more than what survives the collector at any later one. So where it went
/// through old objects in two rounds at least, the series is the least from each quiet point on, up to the
/// last of those rounds: old garbage falls away in between and never makes it rise. Otherwise it is what
/// survived in those rounds in which the collector ran at all. Growth below 1 MiB is none, since that much
/// may be in use when it runs, unless it ran on our request at rest (is_collected()).
Heap heap_of(const Evidence& evidence, GrowthLimits limits);

/// Likewise by a series of what survived (survived_bytes()) at other readings at rest; says `nothing` unless
/// is_collected(), since nobody knows then how much of it is garbage.
Heap heap_of(const record::RunRecord& record, QuietSeries survived, const GrowthLimits& limits);

/// Whether memory (PSS) has grown by so little that, while survivors do not grow, it is no leak worth the
/// name: no more than may lie there at rest, where that is little.
bool is_small_beside_heap(const record::RunRecord& record);

/// Whether memory (PSS) after whole transfers stands so far above where it began that neither such garbage
/// nor a copy of each file explains it. Never where there is no such runtime.
bool is_unexplained(const record::RunRecord& record);

/// Bytes for each transfer of the pass that a leak would have to stay below, or nothing if that is 64 KiB or
/// more, what even the shortest profile is to find. What leaks is there at every later quiet point, so that
/// it is no more than the least of them, from the end of the rounds on, stands above the first reading; and
/// what fell away meanwhile of what was there at first: no more than that itself, and no more than garbage
/// may be. Nothing where there is no such runtime, or where no requests followed the rounds that show what
/// goes on.
std::optional<double> leak_bound(const Evidence& evidence);

/// memory.leak's verdict on growth in a short run that may be garbage and hides no leak above leak_bound():
/// pass.
Verdict small_garbage(Verdict verdict, const record::RunRecord& record, const Growth& growth, double bound);

/// memory.leak's verdict on that in a run too short to see a slope in a collector's ups and downs.
Verdict doubt_level(Verdict verdict, const record::RunRecord& record);

/// memory.leak's verdict on growth that may be garbage: inconclusive, with what settles it.
Verdict doubt_garbage(Verdict verdict, const record::RunRecord& record, const Growth& growth);

}  // namespace bftp::judge
