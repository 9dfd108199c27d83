// bftp, the client for people: see docs/client.md.

#include "client_under_test/people/program.hpp"

int main(int argc, char** argv) {
  return bftp::client::people::run_bftp({argv + 1, argv + argc});
}
