#include "server_under_test/run_server.hpp"

#include <gtest/gtest.h>

#include <csignal>
#include <cstdlib>

#include "running_server.hpp"

namespace bftp::server::testing {
namespace {

/// A server that gets this far exits with 7.
class MustNotListen final : public Lifecycle {
 public:
  void listening(const protocol::Endpoint&) override { std::_Exit(7); }
};

TEST(RunServerDeathTest, ASignalBeforeItListensEndsItInOrder) {  // 6.3
  TemporaryFolder root;
  Options options;
  options.root = root.path().string();
  options.endpoint.port = 0;
  for (const int signal : {SIGTERM, SIGINT}) {
    const auto run = [&] {
      MustNotListen lifecycle;
      // The root was looked through just before, which may take long.
      std::exit(run_server(options, lifecycle, [signal](auto inner) {
        std::raise(signal);
        return inner;
      }));
    };
    EXPECT_EXIT(run(), ::testing::ExitedWithCode(0), "");
  }
}

}  // namespace
}  // namespace bftp::server::testing
