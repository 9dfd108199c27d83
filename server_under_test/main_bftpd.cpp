#include "server_under_test/run_server.hpp"

int main(int argc, char** argv) {
  const auto options = bftp::server::parse_options(argc, argv);
  if (const auto* exit = std::get_if<bftp::server::ExitStatus>(&options)) return exit->status;
  bftp::server::Lifecycle lifecycle;
  return bftp::server::run_server(std::get<bftp::server::Options>(options), lifecycle);
}
