#include <string>

#include "server_under_test/specimens/fault.hpp"

namespace bftp::server::specimens {
namespace {

/// Other words than those of clause 6.4.
class WrongBanner final : public Lifecycle {
 public:
  explicit WrongBanner(const Setup& setup) : settings_(setup.settings) {}
  std::string banner(const protocol::Endpoint& endpoint) override {
    return "Server started on port " + std::to_string(endpoint.port);
  }

 private:
  [[maybe_unused]] const Settings& settings_;
};

const Registered registered_wrong_banner({"wrong_banner",
                                          "lifecycle",
                                          "prints another first line than clause 6.4 asks for",
                                          {},
                                          nullptr,
                                          make_lifecycle<WrongBanner>});

}  // namespace
}  // namespace bftp::server::specimens
