#include "harness/cli/announcement_trial.hpp"

#include <algorithm>
#include <chrono>
#include <thread>

namespace bftp::cli {

record::Announcement heard_from(launch::ServerHandle& server, std::uint16_t asked_port,
                                std::chrono::milliseconds patience) {
  using namespace std::chrono_literals;
  record::Announcement announcement{.asked_port = asked_port,
                                    .port = server.endpoint().port,
                                    .text = {},
                                    .first_line = server.first_line()};
  const auto until = std::chrono::steady_clock::now() + patience;
  while (!announcement.first_line && !server.exited() && std::chrono::steady_clock::now() < until) {
    std::this_thread::sleep_for(10ms);
    announcement.first_line = server.first_line();
  }
  return announcement;
}

void note_end(launch::ServerHandle& server, record::Announcement& announcement) {
  announcement.printed_at_end = !announcement.first_line && server.first_line();
}

record::Announcement try_any_port(plan::ServerSpec spec, launch::LaunchOptions options, double patience_s,
                                  bool announces) {
  spec.ready_timeout_s = std::min(spec.ready_timeout_s, patience_s);
  options.appends_output = true;
  options.asks_for_any_port = true;
  options.listen_on.port = 0;
  const auto server = launch::launch_server(spec, options);
  if (!server)
    return {.asked_port = 0, .port = 0, .text = server.error().message, .first_line = std::nullopt};
  using std::chrono::milliseconds;
  const milliseconds patience(announces ? static_cast<int>(1000 * patience_s) : 1000);
  auto announcement = heard_from(**server, 0, patience);
  (*server)->stop();
  note_end(**server, announcement);
  return announcement;
}

}  // namespace bftp::cli
