#include "server_under_test/concurrency_model.hpp"

#include <array>

namespace bftp::server {

namespace {

struct NamedModel {
  std::string_view name;
  std::unique_ptr<ConcurrencyModel> (*make)();
};

constexpr std::array models{
    NamedModel{"iterative", make_iterative_model}, NamedModel{"fork", make_fork_model},
    NamedModel{"thread", make_thread_model},       NamedModel{"pool", make_pool_model},
    NamedModel{"epoll", make_epoll_model},
};

}  // namespace

std::unique_ptr<ConcurrencyModel> make_model(std::string_view name) {
  for (const auto& model : models)
    if (model.name == name) return model.make();
  return nullptr;
}

std::vector<std::string> model_names() {
  std::vector<std::string> names;
  for (const auto& model : models) names.emplace_back(model.name);
  return names;
}

}  // namespace bftp::server
