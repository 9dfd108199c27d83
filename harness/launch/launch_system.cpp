#include "harness/launch/launch_system.hpp"

#include <thread>

namespace bftp::launch {
namespace {

class LinuxLaunchSystem final : public LaunchSystem {
 public:
  protocol::Result<std::unique_ptr<Processes>> start_guard(const GuardSettings& settings) override {
    return launch::start_guard(settings);
  }
  protocol::Result<std::unique_ptr<OutputCapture>> start_capture(const CaptureTarget& out,
                                                                 const CaptureTarget& error) override {
    return OutputCapture::start(out, error);
  }
  protocol::Result<FreePort> choose_port() override { return choose_free_port(); }
  bool port_is_free(std::uint16_t port, PortTest test) override { return launch::port_is_free(port, test); }
  SocketTable& sockets() override { return *sockets_; }
  protocol::Clock::time_point now() override { return protocol::Clock::now(); }
  void pause(protocol::Clock::duration time) override { std::this_thread::sleep_for(time); }

 private:
  std::unique_ptr<SocketTable> sockets_ = make_socket_table();
};

}  // namespace

std::shared_ptr<LaunchSystem> make_launch_system() {
  return std::make_shared<LinuxLaunchSystem>();
}

}  // namespace bftp::launch
