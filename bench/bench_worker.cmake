add_executable(worker_bare_loop worker_bare_loop.cpp)
target_link_libraries(worker_bare_loop PRIVATE bftp_options)
target_compile_options(worker_bare_loop PRIVATE -O2)

add_executable(worker_side_by_side worker_side_by_side.cpp worker_process.cpp server_programs.cpp)
target_link_libraries(worker_side_by_side PRIVATE bftp_protocol CLI11::CLI11 fmt::fmt Threads::Threads)
add_dependencies(worker_side_by_side worker_bare_loop bftp-worker bftpd)
