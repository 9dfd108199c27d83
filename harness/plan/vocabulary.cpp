#include "harness/plan/vocabulary.hpp"

namespace bftp::plan {

std::vector<std::string> dialect_names() {
  return {"bftp"};
}
std::vector<std::string> suite_names() {
  return {"transfer", "all"};
}
std::vector<std::string> model_names() {
  return {"iterative", "fork", "thread", "pool", "epoll"};
}

}  // namespace bftp::plan
