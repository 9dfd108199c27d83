# The headers that nearly every file reads, parsed once: a build from nothing takes about half the time. Files still include what
# they use; the clang16 preset builds without, so that a forgotten include is found.
# g++ 12 forgets in precompiled headers which are the system's, and once it optimises it warns of impossible things inside them;
# so only debug builds, which the tests are, have them by default.
if(CMAKE_BUILD_TYPE STREQUAL "Debug")
  set(bftp_pch_default ON)
else()
  set(bftp_pch_default OFF)
endif()
option(BFTP_PCH "Precompile the common headers" ${bftp_pch_default})

# bftp_pch(<target> <header>...): an object library that carries the precompiled headers; others say REUSE_FROM <target>.
function(bftp_pch target)
  file(CONFIGURE OUTPUT "${PROJECT_BINARY_DIR}/${target}.cpp" CONTENT "")
  add_library(${target} OBJECT EXCLUDE_FROM_ALL "${PROJECT_BINARY_DIR}/${target}.cpp")
  target_link_libraries(${target} PRIVATE bftp_options Boost::json fmt::fmt)
  target_precompile_headers(${target} PRIVATE ${ARGN})
endfunction()

if(BFTP_PCH)
  set(bftp_common_headers <algorithm> <chrono> <functional> <map> <memory> <optional> <set> <string> <string_view> <variant> <vector>
      <fmt/format.h> <boost/system/result.hpp>)
  bftp_pch(bftp_pch_rooms ${bftp_common_headers})
endif()
