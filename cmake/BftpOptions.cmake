# One INTERFACE target carries every flag of ours; no global variable is touched.
add_library(bftp_options INTERFACE)
target_compile_features(bftp_options INTERFACE cxx_std_20)
target_include_directories(bftp_options INTERFACE "${PROJECT_SOURCE_DIR}")
target_compile_definitions(bftp_options INTERFACE _GNU_SOURCE BFTP_VERSION="${PROJECT_VERSION}")
target_compile_options(bftp_options INTERFACE
  $<$<COMPILE_LANGUAGE:CXX>:-Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wsign-conversion
  -Wnon-virtual-dtor -Wold-style-cast -Woverloaded-virtual -Wcast-align -Wnull-dereference
  $<$<BOOL:${BFTP_WERROR}>:-Werror>>)
# Designated initializers leave the rest at its defaults on purpose.
target_compile_options(bftp_options INTERFACE $<$<COMPILE_LANGUAGE:CXX>:-Wno-missing-field-initializers>)
# g++ 12 reports impossible null dereferences inside the standard library once sanitizers or
# optimisation rearrange it (GCC bugs 105329, 104475); clang keeps the warning.
target_compile_options(bftp_options INTERFACE
  $<$<COMPILE_LANG_AND_ID:CXX,GNU>:-Wno-null-dereference -Wno-restrict -Wno-maybe-uninitialized>)

if(BFTP_SANITIZE)
  # Likewise an overrun of a moved std::string (GCC bug 105651), with -O1 alone.
  target_compile_options(bftp_options INTERFACE $<$<COMPILE_LANG_AND_ID:CXX,GNU>:-Wno-array-bounds -Wno-stringop-overflow>)
  target_compile_options(bftp_options INTERFACE -fsanitize=${BFTP_SANITIZE} -fno-omit-frame-pointer
    $<$<CONFIG:Debug>:-O1>)
  # Where each variable lives at each instruction: with -O1 most of a sanitized build's time, and of no use in a stack trace.
  target_compile_options(bftp_options INTERFACE $<$<COMPILE_LANG_AND_ID:CXX,GNU>:-fno-var-tracking>)
  if(BFTP_SANITIZE MATCHES "undefined")
    target_compile_options(bftp_options INTERFACE -fno-sanitize-recover=undefined)
  endif()
  target_link_options(bftp_options INTERFACE -fsanitize=${BFTP_SANITIZE})
endif()
if(BFTP_COVERAGE)
  target_compile_options(bftp_options INTERFACE --coverage -O0)
  target_link_options(bftp_options INTERFACE --coverage)
endif()

find_program(BFTP_CCACHE ccache)
if(BFTP_CCACHE AND NOT CMAKE_CXX_COMPILER_LAUNCHER)
  # Paths relative to the checkout, so that a second clone finds what the first one compiled. The sloppiness is what ccache's manual
  # asks for with precompiled headers; nothing here uses __TIME__ or tells apart macros that a header defines.
  set(CMAKE_CXX_COMPILER_LAUNCHER "${CMAKE_COMMAND}" -E env "CCACHE_BASEDIR=${PROJECT_SOURCE_DIR}" CCACHE_NOHASHDIR=1
      CCACHE_SLOPPINESS=pch_defines,time_macros "${BFTP_CCACHE}")
endif()

# All executables in one folder, as after installation: the harness finds server, worker and guard beside itself.
set(CMAKE_RUNTIME_OUTPUT_DIRECTORY "${PROJECT_BINARY_DIR}/bin")
