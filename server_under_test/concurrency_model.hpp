#pragma once

#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "protocol/connection.hpp"
#include "server_under_test/front.hpp"
#include "server_under_test/stop.hpp"

namespace bftp::server {

struct ServingLimits {
  int clients_max = 1024;                  ///< the next one gets ERR 503
  std::chrono::milliseconds idle{60'000};  ///< for a request to arrive whole, or a stream to make progress
  std::chrono::milliseconds drain{3'000};  ///< after SIGTERM, for transfers that are running (6.3)
  int threads = 0;                         ///< of pool and epoll; 0: one for each processor that we may use
};

/// How several clients are served at the same time. Each model is a file of its own, model_<name>.cpp.
class ConcurrencyModel {
 public:
  virtual ~ConcurrencyModel() = default;

  /// Serves until `stop` says so; then takes no new connections, lets running transfers end within
  /// `limits.drain`, and returns. Call it once. Errors: system, when it cannot start.
  virtual protocol::Result<void> serve(protocol::Listener& listener, const Front& front,
                                       const ServingLimits& limits, const Stop& stop) = 0;

  /// Descriptors that it has for itself, beside the few that every server has and those of its clients.
  virtual int own_descriptors(const ServingLimits&) const { return 0; }
};

std::unique_ptr<ConcurrencyModel> make_iterative_model();  ///< one client after the other
std::unique_ptr<ConcurrencyModel> make_fork_model();       ///< a process for each connection
std::unique_ptr<ConcurrencyModel> make_thread_model();     ///< a thread for each connection
std::unique_ptr<ConcurrencyModel>
make_pool_model();  ///< threads that are kept, one connection each at a time
std::unique_ptr<ConcurrencyModel> make_epoll_model();  ///< few threads, any number of connections each

/// Null if there is no model of that name.
std::unique_ptr<ConcurrencyModel> make_model(std::string_view name);
/// In the order in which they are taught.
std::vector<std::string> model_names();
/// The one that measures best; see docs/performance.md.
inline constexpr const char* default_model = "epoll";

}  // namespace bftp::server
