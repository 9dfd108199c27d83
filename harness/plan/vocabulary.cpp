#include "harness/plan/vocabulary.hpp"

#include "protocol/dialects.hpp"

namespace bftp::plan {

std::vector<std::string> dialect_names() {
  return protocol::known_dialect_names();
}
std::vector<std::string> suite_names() {
  return {"transfer", "conformance", "hostile", "concurrency", "client", "all"};
}
std::vector<std::string> behaviour_names() {
  return {"short", "long", "wrong-size", "reset", "refuse", "split-header", "slow", "stalled"};
}
std::vector<std::string> model_names() {
  return {"iterative", "fork", "thread", "pool", "epoll"};
}

}  // namespace bftp::plan
