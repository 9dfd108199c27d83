add_executable(server_load server_load.cpp)
target_link_libraries(server_load PRIVATE bftp_options)
target_compile_options(server_load PRIVATE -O2)

add_executable(server_side_by_side server_side_by_side.cpp server_programs.cpp)
target_link_libraries(server_side_by_side PRIVATE bftp_protocol CLI11::CLI11 fmt::fmt)
add_dependencies(server_side_by_side server_load bftpd)
