#pragma once

#include "tests/report/sample_report.hpp"

namespace bftp::report::samples {

/// A head that is 5 % slower by GET and leaks, with one gate that fails and one that cannot be told; the same
/// values on every machine.
Sample comparison();
/// The same servers after an interrupt in the first round: no figure at all.
Sample comparison_cut_short();
/// The head failed a transfer in every pair of blocks, so that no figure is left.
Sample comparison_with_failures();

}  // namespace bftp::report::samples
