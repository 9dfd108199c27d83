// The entry of one libFuzzer program; BFTP_FUZZ_TARGET names the function.

#include <cstddef>
#include <cstdint>

#include "tests/fuzz/targets.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size);

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  bftp::fuzz::BFTP_FUZZ_TARGET({reinterpret_cast<const char*>(bytes), size});
  return 0;
}
