#pragma once

#include <cstdint>
#include <vector>

#include "record_builder.hpp"

/// Memory of real servers at their quiet points, as the smoke profile saw it.
namespace bftp::judge::testing {

using record::QuietKind;

struct MemoryPoint {
  QuietKind kind;
  bool confirmation;
  std::uint64_t done;  ///< transfers of all rounds, or requests of the exercise
  double pss_mib;
};

inline constexpr bool first = false, again = true;  ///< pass

/// 2 KiB of each request, whatever becomes of it, in C: below what a short run of rounds tells from a
/// warm-up.
inline const std::vector<MemoryPoint> small_leak = {
    {QuietKind::baseline, first, 0, 0.13},   {QuietKind::round, first, 164, 0.57},
    {QuietKind::round, first, 330, 0.90},    {QuietKind::round, first, 494, 1.22},
    {QuietKind::round, first, 660, 1.55},    {QuietKind::settled, first, 660, 1.54},
    {QuietKind::refused, first, 0, 2.03},    {QuietKind::refused, first, 64, 2.16},
    {QuietKind::refused, first, 124, 2.27},  {QuietKind::refused, first, 184, 2.39},
    {QuietKind::refused, first, 244, 2.51},  {QuietKind::refused, first, 304, 2.63},
    {QuietKind::refused, first, 364, 2.75},  {QuietKind::refused, first, 364, 2.75},
    {QuietKind::aborted, first, 0, 2.75},    {QuietKind::aborted, first, 64, 2.90},
    {QuietKind::aborted, first, 124, 3.02},  {QuietKind::aborted, first, 184, 3.14},
    {QuietKind::aborted, first, 244, 3.26},  {QuietKind::aborted, first, 304, 3.38},
    {QuietKind::aborted, first, 364, 3.49},  {QuietKind::aborted, first, 364, 3.49},
    {QuietKind::round, again, 824, 3.82},    {QuietKind::round, again, 990, 4.15},
    {QuietKind::round, again, 1154, 4.47},   {QuietKind::round, again, 1320, 4.80},
    {QuietKind::settled, again, 1320, 4.80}, {QuietKind::refused, again, 0, 5.05},
    {QuietKind::refused, again, 64, 5.17},   {QuietKind::refused, again, 124, 5.29},
    {QuietKind::refused, again, 184, 5.41},  {QuietKind::refused, again, 244, 5.53},
    {QuietKind::refused, again, 304, 5.65},  {QuietKind::refused, again, 364, 5.77},
    {QuietKind::refused, again, 364, 5.76},  {QuietKind::aborted, again, 0, 5.77},
    {QuietKind::aborted, again, 64, 5.90},   {QuietKind::aborted, again, 124, 6.01},
    {QuietKind::aborted, again, 184, 6.13},  {QuietKind::aborted, again, 244, 6.25},
    {QuietKind::aborted, again, 304, 6.36},  {QuietKind::aborted, again, 364, 6.48},
    {QuietKind::aborted, again, 364, 6.48}};

/// A list in Python that grows with each request and is walked through.
inline const std::vector<MemoryPoint> growing_list = {
    {QuietKind::baseline, first, 0, 10.36},   {QuietKind::round, first, 164, 10.90},
    {QuietKind::round, first, 330, 11.30},    {QuietKind::round, first, 494, 11.70},
    {QuietKind::round, first, 660, 12.62},    {QuietKind::settled, first, 660, 12.62},
    {QuietKind::refused, first, 0, 13.27},    {QuietKind::refused, first, 64, 14.90},
    {QuietKind::refused, first, 124, 15.18},  {QuietKind::refused, first, 184, 15.45},
    {QuietKind::refused, first, 244, 15.74},  {QuietKind::refused, first, 304, 16.00},
    {QuietKind::refused, first, 364, 16.29},  {QuietKind::refused, first, 364, 16.30},
    {QuietKind::aborted, first, 0, 16.30},    {QuietKind::aborted, first, 42, 16.50},
    {QuietKind::aborted, first, 80, 16.67},   {QuietKind::aborted, first, 118, 16.87},
    {QuietKind::aborted, first, 156, 17.04},  {QuietKind::aborted, first, 194, 17.20},
    {QuietKind::aborted, first, 232, 17.41},  {QuietKind::aborted, first, 232, 17.41},
    {QuietKind::round, again, 824, 18.17},    {QuietKind::round, again, 990, 18.94},
    {QuietKind::round, again, 1154, 19.72},   {QuietKind::round, again, 1320, 20.49},
    {QuietKind::settled, again, 1320, 20.49}, {QuietKind::refused, again, 0, 20.81},
    {QuietKind::refused, again, 34, 20.95},   {QuietKind::refused, again, 64, 21.09},
    {QuietKind::refused, again, 94, 21.23},   {QuietKind::refused, again, 124, 21.37},
    {QuietKind::refused, again, 154, 21.51},  {QuietKind::refused, again, 184, 21.67},
    {QuietKind::refused, again, 184, 21.67},  {QuietKind::aborted, again, 0, 21.70},
    {QuietKind::aborted, again, 34, 21.87},   {QuietKind::aborted, again, 64, 22.01},
    {QuietKind::aborted, again, 94, 22.14},   {QuietKind::aborted, again, 124, 22.30},
    {QuietKind::aborted, again, 154, 22.41},  {QuietKind::aborted, again, 184, 22.56},
    {QuietKind::aborted, again, 184, 22.55}};

/// The same; whole transfers left 3.3 KiB of each at first, broken ones 5.
inline const std::vector<MemoryPoint> growing_list_slower_at_first = {
    {QuietKind::baseline, first, 0, 12.53},   {QuietKind::round, first, 164, 13.06},
    {QuietKind::round, first, 330, 13.72},    {QuietKind::round, first, 494, 14.26},
    {QuietKind::round, first, 660, 14.79},    {QuietKind::settled, first, 660, 14.79},
    {QuietKind::refused, first, 0, 15.53},    {QuietKind::refused, first, 56, 16.43},
    {QuietKind::refused, first, 108, 16.63},  {QuietKind::refused, first, 160, 16.83},
    {QuietKind::refused, first, 212, 17.02},  {QuietKind::refused, first, 264, 17.20},
    {QuietKind::refused, first, 316, 18.34},  {QuietKind::refused, first, 316, 18.38},
    {QuietKind::aborted, first, 0, 18.39},    {QuietKind::aborted, first, 64, 18.70},
    {QuietKind::aborted, first, 124, 18.97},  {QuietKind::aborted, first, 184, 19.29},
    {QuietKind::aborted, first, 244, 19.59},  {QuietKind::aborted, first, 304, 19.87},
    {QuietKind::aborted, first, 364, 20.14},  {QuietKind::aborted, first, 364, 20.14},
    {QuietKind::round, again, 824, 20.86},    {QuietKind::round, again, 990, 21.62},
    {QuietKind::round, again, 1154, 22.38},   {QuietKind::round, again, 1320, 23.13},
    {QuietKind::settled, again, 1320, 23.13}, {QuietKind::refused, again, 0, 23.56},
    {QuietKind::refused, again, 30, 23.69},   {QuietKind::refused, again, 56, 23.79},
    {QuietKind::refused, again, 82, 23.93},   {QuietKind::refused, again, 108, 24.04},
    {QuietKind::refused, again, 134, 24.17},  {QuietKind::refused, again, 160, 24.29},
    {QuietKind::refused, again, 160, 24.29},  {QuietKind::aborted, again, 0, 24.31},
    {QuietKind::aborted, again, 46, 24.51},   {QuietKind::aborted, again, 88, 24.73},
    {QuietKind::aborted, again, 130, 24.91},  {QuietKind::aborted, again, 172, 25.11},
    {QuietKind::aborted, again, 214, 25.32},  {QuietKind::aborted, again, 256, 25.50},
    {QuietKind::aborted, again, 256, 25.47}};

/// A healthy server in Go, net/http.
inline const std::vector<MemoryPoint> go_http = {
    {QuietKind::baseline, first, 0, 4.37},    {QuietKind::round, first, 164, 6.85},
    {QuietKind::round, first, 330, 7.64},     {QuietKind::round, first, 494, 8.39},
    {QuietKind::round, first, 660, 9.37},     {QuietKind::settled, first, 660, 9.37},
    {QuietKind::refused, first, 0, 9.83},     {QuietKind::refused, first, 64, 9.85},
    {QuietKind::refused, first, 124, 9.85},   {QuietKind::refused, first, 184, 10.10},
    {QuietKind::refused, first, 244, 10.14},  {QuietKind::refused, first, 304, 10.16},
    {QuietKind::refused, first, 364, 10.17},  {QuietKind::refused, first, 364, 10.17},
    {QuietKind::aborted, first, 0, 10.18},    {QuietKind::aborted, first, 64, 10.20},
    {QuietKind::aborted, first, 124, 10.21},  {QuietKind::aborted, first, 184, 10.21},
    {QuietKind::aborted, first, 244, 10.21},  {QuietKind::aborted, first, 304, 9.40},
    {QuietKind::aborted, first, 364, 9.41},   {QuietKind::aborted, first, 364, 9.41},
    {QuietKind::round, again, 824, 9.41},     {QuietKind::round, again, 990, 9.41},
    {QuietKind::round, again, 1154, 9.54},    {QuietKind::round, again, 1320, 10.23},
    {QuietKind::settled, again, 1320, 10.23}, {QuietKind::refused, again, 0, 10.79},
    {QuietKind::refused, again, 64, 10.80},   {QuietKind::refused, again, 124, 10.80},
    {QuietKind::refused, again, 184, 10.80},  {QuietKind::refused, again, 244, 10.80},
    {QuietKind::refused, again, 304, 10.48},  {QuietKind::refused, again, 364, 10.48},
    {QuietKind::refused, again, 364, 10.48},  {QuietKind::aborted, again, 0, 10.48},
    {QuietKind::aborted, again, 64, 10.48},   {QuietKind::aborted, again, 124, 10.50},
    {QuietKind::aborted, again, 184, 10.50},  {QuietKind::aborted, again, 244, 10.50},
    {QuietKind::aborted, again, 304, 10.50},  {QuietKind::aborted, again, 364, 10.50},
    {QuietKind::aborted, again, 364, 10.50}};

/// A healthy server in Go that reads whole files: its heap goes up and down.
inline const std::vector<MemoryPoint> go_whole_files = {
    {QuietKind::baseline, first, 0, 2.26},    {QuietKind::round, first, 164, 71.60},
    {QuietKind::round, first, 330, 76.77},    {QuietKind::round, first, 494, 8.94},
    {QuietKind::round, first, 660, 85.16},    {QuietKind::settled, first, 660, 85.15},
    {QuietKind::refused, first, 0, 12.14},    {QuietKind::refused, first, 64, 12.04},
    {QuietKind::refused, first, 124, 11.60},  {QuietKind::refused, first, 184, 11.93},
    {QuietKind::refused, first, 244, 11.81},  {QuietKind::refused, first, 304, 12.01},
    {QuietKind::refused, first, 364, 12.01},  {QuietKind::refused, first, 364, 12.00},
    {QuietKind::aborted, first, 0, 45.04},    {QuietKind::aborted, first, 56, 69.02},
    {QuietKind::aborted, first, 108, 79.54},  {QuietKind::aborted, first, 160, 43.51},
    {QuietKind::aborted, first, 212, 106.00}, {QuietKind::aborted, first, 264, 43.51},
    {QuietKind::aborted, first, 316, 43.50},  {QuietKind::aborted, first, 316, 43.50}};

/// A healthy server in Java, whose runtime warms up over several passes.
inline const std::vector<MemoryPoint> java = {
    {QuietKind::baseline, first, 0, 26.56},    {QuietKind::round, first, 328, 75.36},
    {QuietKind::round, first, 660, 120.21},    {QuietKind::round, first, 988, 127.05},
    {QuietKind::round, first, 1320, 129.99},   {QuietKind::settled, first, 1320, 124.79},
    {QuietKind::refused, first, 0, 128.02},    {QuietKind::refused, first, 64, 128.40},
    {QuietKind::refused, first, 124, 128.77},  {QuietKind::refused, first, 184, 129.10},
    {QuietKind::refused, first, 244, 129.31},  {QuietKind::refused, first, 304, 129.77},
    {QuietKind::refused, first, 364, 129.89},  {QuietKind::refused, first, 364, 129.88},
    {QuietKind::aborted, first, 0, 130.01},    {QuietKind::aborted, first, 68, 130.90},
    {QuietKind::aborted, first, 128, 131.72},  {QuietKind::aborted, first, 188, 132.35},
    {QuietKind::aborted, first, 248, 134.60},  {QuietKind::aborted, first, 308, 140.90},
    {QuietKind::aborted, first, 368, 144.65},  {QuietKind::aborted, first, 368, 147.26},
    {QuietKind::round, again, 1648, 181.79},   {QuietKind::round, again, 1980, 185.06},
    {QuietKind::round, again, 2308, 186.34},   {QuietKind::round, again, 2640, 187.71},
    {QuietKind::settled, again, 2640, 187.71}, {QuietKind::refused, again, 0, 188.92},
    {QuietKind::refused, again, 64, 188.94},   {QuietKind::refused, again, 124, 188.94},
    {QuietKind::refused, again, 184, 188.96},  {QuietKind::refused, again, 244, 188.97},
    {QuietKind::refused, again, 304, 191.25},  {QuietKind::refused, again, 364, 191.29},
    {QuietKind::refused, again, 364, 205.74},  {QuietKind::aborted, again, 0, 205.90},
    {QuietKind::aborted, again, 68, 207.04},   {QuietKind::aborted, again, 128, 207.53},
    {QuietKind::aborted, again, 188, 207.74},  {QuietKind::aborted, again, 248, 208.05},
    {QuietKind::aborted, again, 308, 208.36},  {QuietKind::aborted, again, 368, 208.57},
    {QuietKind::aborted, again, 368, 208.56}};

/// A smoke run whose server held that much.
record::RunRecord run_of(const std::vector<MemoryPoint>& points);

}  // namespace bftp::judge::testing
