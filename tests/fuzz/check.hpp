#pragma once

#include <cstdio>
#include <cstdlib>

/// Holds in every build type, unlike assert: a fuzz target that checks nothing finds nothing.
#define BFTP_FUZZ_CHECK(condition)                                                        \
  do {                                                                                    \
    if (!(condition)) {                                                                   \
      std::fprintf(stderr, "%s:%d: does not hold: %s\n", __FILE__, __LINE__, #condition); \
      std::abort();                                                                       \
    }                                                                                     \
  } while (false)
