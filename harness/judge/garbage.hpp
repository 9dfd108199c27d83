#pragma once

#include <optional>

#include "harness/judge/growth.hpp"
#include "harness/record/run_record.hpp"

namespace bftp::judge {

/// Bytes that the server's language may leave lying before its garbage collector has to run: growth below it
/// cannot be told from a leak. None where the command gives no sign of such a language.
///
/// Java (HotSpot): the heap begins at 1/64 of the machine's memory, and neither its young generation (up to
/// 60 %) nor its old one (45 %) is collected before it has filled up; -Xms and -Xmx in the command count
/// instead. Go, Python and others collect every few MiB, which the rounds of a run go through several times.
std::optional<double> garbage_bytes_max(const record::RunRecord& record);

/// Whether the server's memory (PSS) has grown over the whole run, repeats included, by no more than that:
/// what lies there has been gathering since the start. `exercise`: up to the last quiet point of this kind;
/// none: up to the last one after whole transfers.
bool may_be_garbage(const record::RunRecord& record,
                    std::optional<record::QuietKind> exercise = std::nullopt);

/// memory.leak's verdict on such growth: inconclusive, with what settles it.
Verdict doubt_garbage(Verdict verdict, const record::RunRecord& record, const Growth& growth);

}  // namespace bftp::judge
